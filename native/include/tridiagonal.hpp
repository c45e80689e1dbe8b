// The largest eigenvalue of a symmetric tridiagonal matrix, as Lanczos' method asks for it.
#pragma once

#include <cmath>

#include "anywhere.hpp"

namespace oncometry {

// An eigenvalue, and the square of its unit eigenvector's last component.
struct Ritz {
    double value, last;
};

// diagonal: `size` entries; squares: size - 1, of the entries beside it; all eigenvalues are at most 1.
//
// By Laguerre's iteration from above, where it rises to no pole and overshoots no root. The characteristic polynomial
// is the product of the u; first and second derivatives are of its logarithm.
ONCOMETRY_ANYWHERE inline Ritz largest_eigenvalue(const double* diagonal, const double* squares, int size) {
    const double n = double(size);
    double x = 1.0 + 1e-12, last = 1.0;
    for (int iteration = 0; iteration < 100; ++iteration) {
        double inverse = 0.0, du = 0.0, ddu = 0.0, first = 0.0, second = 0.0;
        for (int k = 0; k < size; ++k) {
            const double coupling = k > 0 ? squares[k - 1] * inverse : 0.0, relative = du * inverse;
            ddu = coupling * (ddu * inverse - 2.0 * relative * relative);
            du = 1.0 + coupling * relative;
            const double u = x - diagonal[k] - coupling;
            if (u <= 0.0) return {x, last};
            inverse = 1.0 / u;
            first += du * inverse;
            second += du * du * inverse * inverse - ddu * inverse;
        }
        last = inverse / first;
        const double square = (n - 1.0) * (n * second - first * first);
        const double step = n / (first + std::sqrt(square > 0.0 ? square : 0.0));
        x -= step;
        if (step < 1e-11) break;
    }
    return {x, last};
}

}  // namespace oncometry
