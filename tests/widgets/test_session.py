"""The page's side of a training: one call at a time, whatever is wanted."""

from __future__ import annotations

import pytest

# A worker that trains 10 steps a call, or as many as it is asked for, and notes what it is asked.
SESSION = """async () => {
  const { Session } = await import("/cnnlib/widgets/session.js");
  const calls = [], told = [];
  let [last, shown, under, most, broken] = [0, 0, 0, 0, false];
  const worker = {
    async call(name, args) {
      most = Math.max(most, ++under);
      await new Promise((done) => setTimeout(done, 3));
      under -= 1;
      if (broken) throw new Error("it broke");
      calls.push(name);
      if (name === "open") return undefined;
      if (name === "begin") [last, shown] = [0, 0];
      if (name === "look") shown = Math.min(last, Math.round(args.step / 10) * 10);
      if (name === "advance") shown = last = shown + Math.min(10, args.steps ?? 10);
      return { step: shown, last, diverged: last >= 500 ? 500 : null };
    },
    stop() {},
  };
  const session = new Session(worker, {}, {
    onNews: ({ step }) => told.push(step),
    onFail: (error) => told.push(error.message),
  });
  const rest = () => new Promise((done) => setTimeout(done, 60));
  const breakIt = () => (broken = true);
  globalThis.made = { session, calls, told, rest, most: () => most, breakIt };
}"""


@pytest.fixture
def run(module_page):
    module_page.evaluate(SESSION)

    def run(script):
        body = "const { session, calls, told, rest, most, breakIt } = globalThis.made; "
        return module_page.evaluate(f"async () => {{ {body} {script} }}")

    run("session.begin({}); session.look({}); await rest();")
    return run


def test_play_and_pause(run):
    found = run("""session.play(true); await rest(); session.play(false);
      await rest(); const count = calls.length; await rest();
      return { calls, told, most: most(), still: calls.length === count };""")
    assert found["calls"][:2] == ["open", "begin"]
    assert found["calls"].count("advance") > 3
    assert found["most"] == 1  # under way at once
    assert found["still"]
    assert found["told"] == sorted(found["told"])


def test_what_is_wanted_last_counts(run):
    found = run("""session.goTo(40); await rest(); calls.length = 0;
      for (let step = 0; step <= 40; step += 1) session.goTo(step);
      for (let k = 0; k < 9; k++) session.settle({ rate: k }); session.goTo(20);
      await rest(); return { calls, now: session.news.step };""")
    assert found["calls"].count("settle") <= 2
    assert found["calls"].count("look") <= 2
    assert found["now"] == 20


def test_ahead_means_training(run):
    assert run("session.goTo(35); await rest(); return session.news.step;") == 35
    assert (
        run("session.takeStep(); session.takeStep(); await rest(); return session.news.step;") == 37
    )


def test_the_end_of_a_course(run):
    found = run("""session.goTo(600); for (let k = 0; k < 8; k++) await rest();
      const before = calls.length; session.play(true); session.takeStep(); await rest();
      const why = session.ended, more = calls.length - before;
      session.play(false); session.goTo(100); await rest();
      return { why, more, after: session.ended, step: session.news.step };""")
    assert found == {"why": "diverged", "more": 0, "after": "", "step": 100}


def test_a_worker_that_breaks_is_told_once(run):
    found = run("""breakIt(); session.play(true); await rest(); session.takeStep(); await rest();
      return told.slice(-1).concat(told.filter((one) => one === "it broke").length);""")
    assert found == ["it broke", 1]
