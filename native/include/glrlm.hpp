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

// Whether a line along a direction holds two voxels that are not 0; the data have a border of 0, one voxel wide. Next to
// always the first few voxels tell.
template <class T>
bool holds_two(const T* data, const Shape& s, Direction d) {
    const auto is_inner = [&](int k, int j, int i) {
        return k > 0 && k + 1 < s.k && j > 0 && j + 1 < s.j && i > 0 && i + 1 < s.i;
    };
    const auto at = [&](int k, int j, int i) { return data[(std::size_t(k) * s.j + j) * s.i + i]; };
    for (int k = 1; k + 1 < s.k; ++k) {
        for (int j = 1; j + 1 < s.j; ++j) {
            for (int i = 1; i + 1 < s.i; ++i) {
                if (at(k, j, i) == 0) continue;
                for (int a = k + d.k, b = j + d.j, c = i + d.i; is_inner(a, b, c); a += d.k, b += d.j, c += d.i) {
                    if (at(a, b, c) != 0) return true;
                }
            }
        }
    }
    return false;
}

// pyradiomics: a direction along which no line holds two voxels of the region has no matrix.
template <class Level>
std::vector<double> glrlm(const Levels<Level>& levels, const Plan& plan, bool pyradiomics);

// Of every voxel's window, as glcm_map.
template <class Level>
void glrlm_map(const Levels<Level>& levels, const Plan& plan, bool pyradiomics, const Radii& radii, double* out,
               const std::uint8_t* centers = nullptr);

}  // namespace oncometry
