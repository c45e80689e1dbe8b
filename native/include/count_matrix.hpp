// How often a gray level and a number (a zone's size or distance, a voxel's dependence) occur together.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace oncometry {

struct CountCell {
    std::uint32_t level, value;  // from 1
    std::int64_t count;
};

struct CountMatrix {
    std::vector<CountCell> cells;  // rising in (level, value), no two alike
    std::int64_t voxels = 0;       // of the region
};

// In the order of IBSI's table of GLSZM features; those of GLDZM and NGLDM are the same formulas.
enum CountFeature {
    kSmallEmphasis,
    kLargeEmphasis,
    kLowLevelEmphasis,
    kHighLevelEmphasis,
    kSmallLowLevelEmphasis,
    kSmallHighLevelEmphasis,
    kLargeLowLevelEmphasis,
    kLargeHighLevelEmphasis,
    kLevelNonUniformity,
    kLevelNonUniformityNormalized,
    kNonUniformity,
    kNonUniformityNormalized,
    kPercentage,
    kLevelVariance,
    kVariance,
    kEntropy,
    kEnergy,  // of NGLDM alone
    kCountFeatures,
};

using CountFeatures = std::array<double, kCountFeatures>;

// All NaN without cells. Source: IBSI reference manual, sections 3.8, 3.9 and 3.11.
CountFeatures count_features(const CountMatrix& matrix);

}  // namespace oncometry
