// The Laplacian of Gaussian by recursive filters: a fourth-order approximation of the Gaussian and of its second
// derivative. Source: Deriche 1993, INRIA RR-1893; coefficients of Farneback and Westin 2006,
// doi 10.1007/s10851-006-8464-z, as ITK's RecursiveGaussianImageFilter has them.
#pragma once

#include <array>

#include "components.hpp"

namespace oncometry {

// Coefficients of a symmetric filter along a line: y[n] = forward[n] + backward[n], with
// forward[n] = sum_m n[m] x[n-m] - sum_m d[m] forward[n-m-1], and backward alike from n+1 with m[.].
struct Recursion {
    std::array<double, 4> n;  // causal, taps 0 ... 3
    std::array<double, 4> m;  // anticausal, taps 1 ... 4
    std::array<double, 4> d;  // feedback, taps 1 ... 4
};

struct GaussianRecursions {
    Recursion smooth;  // the Gaussian
    Recursion bend;    // its second derivative times sigma squared, which has no unit
};

// Sigma in voxels.
GaussianRecursions gaussian_recursions(double sigma);

// Rows wanted along each axis, k, j, i.
struct Rows {
    std::array<int, 3> start;
    std::array<int, 3> stop;
};

// Sum over the axes of the second derivatives, each times sigma_mm squared, of the smoothed window; the window goes on
// with its border values. `response` has the shape of `rows`.
void recursive_laplacian(const double* window, Shape shape, const std::array<double, 3>& sigma, const Rows& rows,
                         double* response);

}  // namespace oncometry
