// The gray level co-occurrence matrix: pairs of levels at a distance, and what is computed of them.
#pragma once

#include <vector>

#include "matrix.hpp"

namespace oncometry {

// A matrix over levels. Symmetric ones hold row <= column only, and the mass of both halves; the sum is the pairs'.
template <class Level>
std::vector<Cells> count_pairs(const Levels<Level>& levels, const std::vector<Extent>& extents, Slab slab,
                               const std::vector<Direction>& directions, bool symmetric);

constexpr int kGlcmFeatures = 25;

struct GlcmRule {
    int levels;         // Ng, of the normalized inverse differences
    bool symmetric;
    bool pyradiomics;   // a feature more, the maximal correlation coefficient, and values where a formula is 0 / 0
    bool single_level;  // of the region: that coefficient is then 1 instead of 0
};

// Probabilities by level, by i + j and by |i - j|, and the sum of all mass. Memory is used again from matrix to matrix.
struct GlcmMarginals {
    std::vector<double> row, column, sum, difference;  // valid for levels low ... high
    int low, high;
    double total;
};

// In the order of the table in features/glcm.py; empty if there are no cells.
std::vector<double> glcm_features(const Cells& cells, const GlcmRule& rule, GlcmMarginals& marginals);

// Second singular value of p(i, j) / sqrt(p(i) p(j)); 0 if there is but one level.
double maximal_correlation(const Cells& cells, bool symmetric, const GlcmMarginals& marginals);

template <class Level>
bool has_single_level(const Levels<Level>& levels) {
    Level first = 0;
    for (std::size_t v = 0; v < levels.shape.size(); ++v) {
        if (levels.data[v] == 0) continue;
        if (first != 0 && levels.data[v] != first) return false;
        first = levels.data[v];
    }
    return true;
}

// As planned; kGlcmFeatures values, for PyRadiomics one more.
template <class Level>
std::vector<double> glcm(const Levels<Level>& levels, const Plan& plan, const GlcmRule& rule);

// The features of every voxel of the region, from what its window of 2 r + 1 voxels along each axis holds of it.
// out: (features, k, j, i) of the shape without border; NaN outside the region.
// centers: of that shape, 1 for the voxels of the region that are wanted; null for all of them.
template <class Level>
void glcm_map(const Levels<Level>& levels, const Plan& plan, const GlcmRule& rule, const Radii& radii, double* out,
              const std::uint8_t* centers = nullptr);

}  // namespace oncometry
