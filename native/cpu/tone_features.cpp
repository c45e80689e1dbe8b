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

// Each pair of levels once, though the manual's sums run over it twice.
PairSums pair_sums(const std::vector<double>& levels, const std::vector<double>& p, const std::vector<double>& s) {
    PairSums sums;
    for (std::size_t a = 0; a < p.size(); ++a) {
        for (std::size_t b = a + 1; b < p.size(); ++b) {
            const double step = levels[b] - levels[a];
            sums.contrast += p[a] * p[b] * step * step;
            sums.busyness += std::abs(levels[a] * p[a] - levels[b] * p[b]);
            sums.complexity += step * (p[a] * s[a] + p[b] * s[b]) / (p[a] + p[b]);
            sums.strength += (p[a] + p[b]) * step * step;
        }
    }
    return sums;
}

}  // namespace

std::array<double, kToneFeatures> tone_features(const std::vector<ToneDifference>& rows) {
    std::array<double, kToneFeatures> features;
    features.fill(std::numeric_limits<double>::quiet_NaN());
    if (rows.empty()) return features;
    std::int64_t voxels = 0;
    for (const ToneDifference& row : rows) voxels += row.count;
    const double count = double(voxels), kinds = double(rows.size());
    std::vector<double> levels, p, s;
    double weighted = 0.0, total = 0.0;
    for (const ToneDifference& row : rows) {
        levels.push_back(row.level);
        p.push_back(double(row.count) / count);
        s.push_back(row.difference);
        weighted += p.back() * row.difference;
        total += row.difference;
    }
    const PairSums sums = pair_sums(levels, p, s);
    features[0] = weighted > 0.0 ? std::min(1.0 / weighted, kMostCoarseness) : kMostCoarseness;
    features[1] = rows.size() > 1 ? 2.0 * sums.contrast / (kinds * (kinds - 1.0)) * total / count : 0.0;
    features[2] = sums.busyness > 0.0 ? weighted / (2.0 * sums.busyness) : 0.0;
    features[3] = 2.0 * sums.complexity / count;
    features[4] = total > 0.0 ? 2.0 * sums.strength / total : 0.0;
    return features;
}

}  // namespace oncometry
