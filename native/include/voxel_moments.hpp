// Where the voxels of a region lie.
#pragma once

#include <array>

#include "row_runs.hpp"

namespace oncometry {

struct VoxelMoments {
    std::int64_t count = 0;
    std::array<double, 3> mean{0.0, 0.0, 0.0};                        // i, j, k
    std::array<double, 6> covariance{0.0, 0.0, 0.0, 0.0, 0.0, 0.0};  // ii, jj, kk, ij, ik, jk; divided by the count
};

VoxelMoments voxel_moments(const RowRuns& region);

}  // namespace oncometry
