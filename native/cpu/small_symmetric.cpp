#include "small_symmetric.hpp"

#include <algorithm>
#include <cmath>

#include "tridiagonal.hpp"
#include "vectors.hpp"

namespace oncometry {
namespace {

// Subtracts v w' + w v' from a square matrix, whose rows are `stride` long.
void subtract_outer(double* __restrict matrix, std::size_t stride, const double* __restrict v,
                    const double* __restrict w, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
        double* row = matrix + i * stride;
        const double vi = v[i], wi = w[i];
        for (std::size_t j = 0; j < size; ++j) row[j] -= vi * w[j] + wi * v[j];
    }
}

// w = matrix v, of a symmetric one.
void multiply(const double* __restrict matrix, std::size_t stride, const double* __restrict v, double* __restrict w,
              std::size_t size) {
    std::fill(w, w + size, 0.0);
    for (std::size_t i = 0; i < size; ++i) add(w, v[i], matrix + i * stride, size);
}

// Brings a symmetric matrix into tridiagonal form by reflections (Householder); it is overwritten.
void tridiagonalize(double* matrix, std::size_t n, double* diagonal, double* squares) {
    double v[kSmallMatrix], w[kSmallMatrix];
    for (std::size_t k = 0; k + 1 < n; ++k) {
        const std::size_t m = n - k - 1;
        double* block = matrix + (k + 1) * n + k + 1;
        std::copy(matrix + k * n + k + 1, matrix + (k + 1) * n, v);
        diagonal[k] = matrix[k * n + k];
        squares[k] = dot(v, v, m);
        const double rest = squares[k] - v[0] * v[0];
        if (rest <= 0.0) continue;
        v[0] += std::copysign(std::sqrt(squares[k]), v[0]);
        const double beta = 2.0 / (rest + v[0] * v[0]);
        multiply(block, n, v, w, m);
        for (std::size_t i = 0; i < m; ++i) w[i] *= beta;
        add(w, -0.5 * beta * dot(w, v, m), v, m);
        subtract_outer(block, n, v, w, m);
    }
    diagonal[n - 1] = matrix[n * n - 1];
}

// Whether no eigenvalue is below this.
bool are_above(const double* diagonal, const double* squares, std::size_t n, double bound) {
    double pivot = diagonal[0] - bound;
    for (std::size_t k = 1; k < n && pivot > 0.0; ++k) pivot = diagonal[k] - bound - squares[k - 1] / pivot;
    return pivot > 0.0;
}

}  // namespace

double furthest_eigenvalue(double* matrix, std::size_t size) {
    double diagonal[kSmallMatrix], squares[kSmallMatrix];
    tridiagonalize(matrix, size, diagonal, squares);
    const double highest = std::max(0.0, largest_eigenvalue(diagonal, squares, int(size)).value);
    if (are_above(diagonal, squares, size, -highest)) return highest;
    for (std::size_t k = 0; k < size; ++k) diagonal[k] = -diagonal[k];
    return std::max(highest, largest_eigenvalue(diagonal, squares, int(size)).value);
}

}  // namespace oncometry
