// The closed surface of a region: marching tetrahedra on the Gaussian-smoothed mask, volume-preserving.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "components.hpp"

namespace oncometry {

struct Position {
    double x, y, z;
};

struct SurfaceRule {
    double columns[3][3];  // mm of one step along i, j, k
    double sigma[3];       // of the Gaussian along i, j, k, in voxels
};

struct Surface {
    double area_mm2 = 0.0;
    double volume_voxels = 0.0;
};

// field: null, or of the mask's shape, crossed at 0.5. Where the mask meets the end of the array the
// surface closes on the voxel's face.
Surface measure_surface(const std::uint8_t* mask, const float* field, Shape shape, const SurfaceRule& rule);

// Two points furthest apart, searched by blocks of neighbors.
std::pair<int, int> furthest_pair(const std::vector<Position>& points, double block_mm);

}  // namespace oncometry
