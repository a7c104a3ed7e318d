"""Sums over long columns, added up in two steps so that rounding errors stay small."""

from cnnlib.kernels._compile import kernel, prange


@kernel("f4[2], f4[2]", parallel=True)
def column_sums(x, partial):
    """partial[g,c] = sum of x[r,c] over the rows r of group g. x (r, c), partial (g, c)."""
    rows, groups = x.shape[0], partial.shape[0]
    for g in prange(groups):
        for c in range(x.shape[1]):
            partial[g, c] = 0
        for r in range(g * rows // groups, (g + 1) * rows // groups):
            for c in range(x.shape[1]):
                partial[g, c] += x[r, c]
