// Area and volume of the surface that marching cubes draws halfway between the voxels of a region and the others.
#pragma once

#include <vector>

#include "row_runs.hpp"

namespace oncometry {

enum class CubeRule {
    closed,       // every ambiguous face is settled alike from both sides
    pyradiomics,  // as PyRadiomics >= 3 does: not closed where faces are ambiguous
};

struct CubeSurface {
    double area_mm2, volume_mm3;
};

// Edges of the triangles of a configuration (see marching_cubes_table.hpp), three a triangle.
std::vector<int> cube_triangles(int configuration, CubeRule rule);

// Area in mm2 of the triangles of a configuration. spacing: along i, j, k.
double cube_area(int configuration, const double spacing[3], CubeRule rule);

// spacing: along i, j, k. The region is taken as surrounded by voxels outside.
CubeSurface measure_cubes(const RowRuns& region, const double spacing[3], CubeRule rule);

}  // namespace oncometry
