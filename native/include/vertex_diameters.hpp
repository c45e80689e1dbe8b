// Largest distances between the vertices of the surface of marching_cubes.hpp.
#pragma once

#include <array>
#include <vector>

#include "row_runs.hpp"

namespace oncometry {

// Voxels of which the region's convex hull is made, and few others: the corners of each slice's hull.
// As (i, j, k). The vertices lie half a voxel beyond voxel centers, so their hull is the hull of these points
// moved by half a voxel either way along each axis.
std::vector<std::array<int, 3>> hull_candidates(const RowRuns& region);

// Between any two vertices, in mm. spacing: along i, j, k.
double largest_diameter(const RowRuns& region, const double spacing[3]);

// Between two vertices that have the same k, the same j or the same i, in mm; 0 where there are none.
std::array<double, 3> plane_diameters(const RowRuns& region, const double spacing[3]);

}  // namespace oncometry
