"""Convolution: the same small kernel of weights looks at every place of the image.

What deep learning calls a convolution is, in mathematics, a cross-correlation: the kernel is not
flipped. Here ``x`` is already padded, so a window never leaves it.

These are the loops as the formulas say them. Arrays of float64 are computed by them; for float32
:mod:`cnnlib.kernels.conv2d_tiles` adds up the same products faster.
"""

from cnnlib.kernels._compile import kernel, prange


@kernel("f4[4], f4[4], f4[1], i8, i8, i8, i8, f4[4]", parallel=True)
def conv2d(x, w, b, stride_i, stride_j, dilation_m, dilation_n, y):
    """y[s,i,j,o] = b[o] + sum over m, n, c of w[m,n,c,o] * x[s, i*stride + m, j*stride + n, c].

    x (s, h, w, c), w (kh, kw, c, o), b (o), y (s, oh, ow, o). With a dilation, m and n count steps
    of that many pixels.
    """
    samples, rows, cols, outputs = y.shape
    kernel_rows, kernel_cols, channels, _ = w.shape
    for row in prange(samples * rows):
        s, i = row // rows, row % rows
        for j in range(cols):
            for o in range(outputs):
                y[s, i, j, o] = b[o]
            for m in range(kernel_rows):
                for n in range(kernel_cols):
                    h, k = i * stride_i + m * dilation_m, j * stride_j + n * dilation_n
                    for c in range(channels):
                        pixel = x[s, h, k, c]
                        for o in range(outputs):
                            y[s, i, j, o] += w[m, n, c, o] * pixel


@kernel("f4[4], f4[4], i8, i8, i8, i8, f4[4]", parallel=True)
def conv2d_input_gradient(dy, wt, stride_i, stride_j, dilation_m, dilation_n, dx):
    """dx[s, i*stride + m, j*stride + n, c] += w[m,n,c,o] * dy[s,i,j,o]: an output pays its window.

    dy (s, oh, ow, o), wt (kh, kw, o, c) is w with its channels swapped, dx (s, h, w, c). A row of
    dx belongs to one task, which looks for the rows of dy that have read it.
    """
    samples, height, width, channels = dx.shape
    kernel_rows, kernel_cols, outputs, _ = wt.shape
    rows, cols = dy.shape[1], dy.shape[2]
    for row in prange(samples * height):
        s, h = row // height, row % height
        for k in range(width):
            for c in range(channels):
                dx[s, h, k, c] = 0
        for m in range(kernel_rows):
            i = (h - m * dilation_m) // stride_i
            if i * stride_i + m * dilation_m == h and 0 <= i < rows:
                for j in range(cols):
                    for n in range(kernel_cols):
                        for o in range(outputs):
                            d = dy[s, i, j, o]
                            for c in range(channels):
                                dx[s, h, j * stride_j + n * dilation_n, c] += wt[m, n, o, c] * d


@kernel("f4[4], f4[4], i8, i8, i8, i8, f4[4]", parallel=True)
def conv2d_weight_gradient(dy, x, stride_i, stride_j, dilation_m, dilation_n, dw):
    """dw[m,n,c,o] = sum over s, i, j of x[s, i*stride + m, j*stride + n, c] * dy[s,i,j,o]: no flip.

    dy (s, oh, ow, o), x (s, h, w, c), dw (kh, kw, c, o). A task owns one weight of every output
    channel, so no two tasks add to the same number, however many cores there are.
    """
    kernel_rows, kernel_cols, channels, outputs = dw.shape
    samples, rows, cols, _ = dy.shape
    for task in prange(kernel_rows * kernel_cols * channels):
        place, c = task // channels, task % channels
        m, n = place // kernel_cols, place % kernel_cols
        for o in range(outputs):
            dw[m, n, c, o] = 0
        for s in range(samples):
            for i in range(rows):
                for j in range(cols):
                    h, k = i * stride_i + m * dilation_m, j * stride_j + n * dilation_n
                    pixel = x[s, h, k, c]
                    for o in range(outputs):
                        dw[m, n, c, o] += pixel * dy[s, i, j, o]


@kernel("f4[4], i8, i8, i8, i8, i8, i8, f4[4]", parallel=True)
def im2col(x, kernel_rows, kernel_cols, stride_i, stride_j, dilation_m, dilation_n, cols):
    """cols[s,i,j, (m,n,c)] = x[s, i*stride + m, j*stride + n, c]: every window becomes a row.

    x (s, h, w, c), cols (s, oh, ow, kh*kw*c). A convolution is then one matrix product.
    """
    samples, rows, columns, _ = cols.shape
    channels = x.shape[3]
    for row in prange(samples * rows):
        s, i = row // rows, row % rows
        for j in range(columns):
            for m in range(kernel_rows):
                for n in range(kernel_cols):
                    h, k = i * stride_i + m * dilation_m, j * stride_j + n * dilation_n
                    for c in range(channels):
                        cols[s, i, j, (m * kernel_cols + n) * channels + c] = x[s, h, k, c]


@kernel("f4[4], i8, i8, i8, i8, i8, i8, f4[4]", parallel=True)
def col2im(cols, kernel_rows, kernel_cols, stride_i, stride_j, dilation_m, dilation_n, x):
    """x[s, i*stride + m, j*stride + n, c] += cols[s,i,j, (m,n,c)]: windows overlap, so they add up.

    cols (s, oh, ow, kh*kw*c), x (s, h, w, c). The backward pass of :func:`im2col`. A row of x
    belongs to one task, which looks for the rows of windows that have read it.
    """
    samples, rows, columns, _ = cols.shape
    height, width, channels = x.shape[1:]
    for row in prange(samples * height):
        s, h = row // height, row % height
        for k in range(width):
            for c in range(channels):
                x[s, h, k, c] = 0
        for m in range(kernel_rows):
            i = (h - m * dilation_m) // stride_i
            if i * stride_i + m * dilation_m == h and 0 <= i < rows:
                for j in range(columns):
                    for n in range(kernel_cols):
                        k = j * stride_j + n * dilation_n
                        for c in range(channels):
                            x[s, h, k, c] += cols[s, i, j, (m * kernel_cols + n) * channels + c]
