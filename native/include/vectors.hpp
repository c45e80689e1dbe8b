// Sums over vectors of doubles, in one order whatever the machine.
#pragma once

#include <cstddef>

namespace oncometry {

// The order of the sums is fixed; four of them at once keep one addition from waiting for the last.
inline double dot(const double* a, const double* b, std::size_t size) {
    double sums[4] = {0.0, 0.0, 0.0, 0.0};
    std::size_t i = 0;
    for (; i + 4 <= size; i += 4) {
        for (std::size_t s = 0; s < 4; ++s) sums[s] += a[i + s] * b[i + s];
    }
    for (; i < size; ++i) sums[0] += a[i] * b[i];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

inline void add(double* to, double factor, const double* what, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) to[i] += factor * what[i];
}

}  // namespace oncometry
