// What each voxel's neighbors are: how many differ little from it, and by how much their mean does.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "count_matrix.hpp"
#include "levels.hpp"
#include "matrix.hpp"

namespace oncometry {

struct NeighborStep {
    int k, j, i;
};

struct NeighborhoodRule {
    std::vector<NeighborStep> steps;
    int border;  // width of the levels' border: the longest step
    int alpha;   // neighbors whose level differs by no more are dependent
    bool lone;   // whether voxels without neighbors count in NGTDM, with no difference, as PyRadiomics has it
    int threads;
};

// A level's row of the neighborhood gray tone difference matrix.
struct ToneDifference {
    std::uint32_t level;
    std::int64_t count;  // n_i, of voxels with at least one neighbor in the region, and of lone ones by rule
    double difference;   // s_i, the sum over them of |i - mean of the neighbors|
};

struct NeighborhoodMatrices {
    CountMatrix dependences;                  // NGLDM: the voxel itself counts as one
    std::vector<ToneDifference> differences;  // NGTDM: rising in level, counts positive
};

// Of the voxels of these slices; steps may reach beyond them. extents: of the levels' rows.
template <class Level>
NeighborhoodMatrices neighborhood_matrices(const Levels<Level>& levels, const std::vector<Extent>& extents,
                                           Slab slices, const NeighborhoodRule& rule);

constexpr int kToneFeatures = 5;  // coarseness, contrast, busyness, complexity, strength

// All NaN without rows. Source: IBSI reference manual, section 3.10.
std::array<double, kToneFeatures> tone_features(const std::vector<ToneDifference>& rows);

// Features of tone differences, or else of dependences, in every voxel's window, as glcm_map; neighbors lie within the
// window.
template <class Level>
void neighborhood_map(const Levels<Level>& levels, const NeighborhoodRule& rule, bool tones, const Radii& radii,
                      double* out, const std::uint8_t* centers = nullptr);

}  // namespace oncometry
