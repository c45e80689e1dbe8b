#include <algorithm>
#include <cmath>
#include <limits>

#include "neighborhoods.hpp"

namespace oncometry {
namespace {

constexpr double kMostCoarseness = 1e6;  // IBSI's where no neighborhood differs from its voxel

struct PairSums {
    double contrast = 0.0, busyness = 0.0, complexity = 0.0, strength = 0.0;
};

// Each pair of levels once, though the manual's sums run over it twice. n_i stands for p_i, so that the terms of
// busyness are integers and their sum is 0 exactly where it should be.
PairSums pair_sums(const std::vector<double>& levels, const std::vector<double>& n, const std::vector<double>& s) {
    PairSums sums;
    for (std::size_t a = 0; a < n.size(); ++a) {
        for (std::size_t b = a + 1; b < n.size(); ++b) {
            const double step = levels[b] - levels[a];
            sums.contrast += n[a] * n[b] * step * step;
            sums.busyness += std::abs(levels[a] * n[a] - levels[b] * n[b]);
            sums.complexity += step * (n[a] * s[a] + n[b] * s[b]) / (n[a] + n[b]);
            sums.strength += (n[a] + n[b]) * step * step;
        }
    }
    return sums;
}

}  // namespace

std::array<double, kToneFeatures> tone_features(const std::vector<ToneDifference>& rows) {
    std::array<double, kToneFeatures> features;
    features.fill(std::numeric_limits<double>::quiet_NaN());
    if (rows.empty()) return features;
    std::vector<double> levels, n, s;
    double voxels = 0.0, weighted = 0.0, total = 0.0;  // sums of n_i, n_i s_i and s_i
    for (const ToneDifference& row : rows) {
        levels.push_back(row.level);
        n.push_back(double(row.count));
        s.push_back(row.difference);
        voxels += n.back();
        weighted += n.back() * row.difference;
        total += row.difference;
    }
    const PairSums sums = pair_sums(levels, n, s);
    const double kinds = double(rows.size()), pairs = kinds * (kinds - 1.0) / 2.0;
    features[0] = weighted > 0.0 ? std::min(voxels / weighted, kMostCoarseness) : kMostCoarseness;
    features[1] = pairs > 0.0 ? sums.contrast / (voxels * voxels) / pairs * total / voxels : 0.0;
    features[2] = sums.busyness > 0.0 ? weighted / (2.0 * sums.busyness) : 0.0;
    features[3] = 2.0 * sums.complexity / voxels;
    features[4] = total > 0.0 ? 2.0 * sums.strength / voxels / total : 0.0;
    return features;
}

}  // namespace oncometry
