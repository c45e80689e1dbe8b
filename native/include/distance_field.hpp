// Exact Euclidean distances on a grid whose steps differ by axis.
#pragma once

#include <cstdint>
#include <vector>

#include "components.hpp"

namespace oncometry {

// Of each queried place, in order of k, j, i, the distance to the nearest site; infinite where there is no site.
// sites, queries: of the shape's size, non-zero where there is one. spacing: along i, j, k.
// Squared distances in separable passes: P. F. Felzenszwalb and D. P. Huttenlocher, "Distance transforms of sampled
// functions", Theory of Computing 8 (2012) 415, doi:10.4086/toc.2012.v008a019.
std::vector<double> nearest_distances(const std::vector<std::uint8_t>& sites, const std::vector<std::uint8_t>& queries,
                                      Shape shape, const double spacing[3], int threads);

}  // namespace oncometry
