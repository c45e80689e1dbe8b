// Eigenvalues of symmetric matrices so small that reducing them costs less than the steps of Lanczos' method, which may
// also stop early where many lie close together.
#pragma once

#include <cstddef>

namespace oncometry {

constexpr std::size_t kSmallMatrix = 32;

// How far from 0 the furthest eigenvalue is; none is further than 1. matrix: row by row, 1 <= size <= kSmallMatrix; it
// is overwritten.
double furthest_eigenvalue(double* matrix, std::size_t size);

}  // namespace oncometry
