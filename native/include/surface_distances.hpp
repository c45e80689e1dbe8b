// How far the surfaces of two regions of one grid are apart.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "components.hpp"

namespace oncometry {

// What a surface is made of.
enum class SurfaceElement {
    voxels,   // voxels of the region with a face-neighbor outside; each counts alike
    surfels,  // places between eight voxels, some in the region and some not, each with the area of its marching cube
};

// Of each element of a surface, in order of k, j, i: the distance to the other surface, and the area; voxels have 1.
struct SurfaceDistances {
    std::vector<double> distances_mm, weights;
};

// From the first to the second, and from the second to the first; infinite where the other is empty. What lies
// outside the array is outside the regions. spacing: along i, j, k.
std::pair<SurfaceDistances, SurfaceDistances> surface_distances(const std::uint8_t* first, const std::uint8_t* second,
                                                                Shape shape, const double spacing[3],
                                                                SurfaceElement element, int threads);

}  // namespace oncometry
