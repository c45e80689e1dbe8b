// The gray level run length matrix: runs of equal levels along a direction, and what is computed of them.
#pragma once

#include <vector>

#include "matrix.hpp"

namespace oncometry {

// A matrix (level, length) a direction; directions are of distance 1.
template <class Level>
std::vector<Cells> count_runs(const Levels<Level>& levels, const std::vector<Extent>& extents, Slab slab,
                              const std::vector<Direction>& directions);

constexpr int kGlrlmFeatures = 16;

// In the order of the table in features/glrlm.py; empty if there are no cells.
std::vector<double> glrlm_features(const Cells& cells);

template <class Level>
std::vector<double> glrlm(const Levels<Level>& levels, const Plan& plan);

// Of every voxel's window, as glcm_map.
template <class Level>
void glrlm_map(const Levels<Level>& levels, const Plan& plan, const Radii& radii, double* out,
               const std::uint8_t* centers = nullptr);

}  // namespace oncometry
