/* What is too wide scrolls in its place: formulas and tables. The keyboard must reach it there. */
(() => {
  const reach = () => {
    for (const part of document.querySelectorAll("mjx-container[display], .bd-article table")) {
      const { clientWidth: width } = part; // 0 while the part is folded away
      if (!width || part.scrollWidth > width) part.tabIndex = 0;
      else part.removeAttribute("tabindex");
    }
  };
  addEventListener("load", () => Promise.resolve(window.MathJax?.startup?.promise).then(reach));
  addEventListener("resize", reach);
})();
