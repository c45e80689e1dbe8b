// The manual's sums run over all pairs of levels. Here each takes one walk over the levels, complexity one for each
// number of voxels that a level can have, so that tens of thousands of levels take milliseconds.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "neighborhoods.hpp"

namespace oncometry {
namespace {

constexpr double kMostCoarseness = 1e6;  // IBSI's where no neighborhood differs from its voxel

using Rows = std::vector<ToneDifference>;

struct Totals {
    double levels = 0.0, voxels = 0.0, differences = 0.0, weighted = 0.0;  // sums of 1, n_i, s_i and n_i s_i
    double middle = 0.0, mean = 0.0;                                       // of the levels, and of the voxels' levels
};

Totals totals_of(const Rows& rows) {
    Totals totals;
    for (const ToneDifference& row : rows) {
        totals.levels += 1.0;
        totals.voxels += double(row.count);
        totals.differences += row.difference;
        totals.weighted += double(row.count) * row.difference;
        totals.middle += row.level;
        totals.mean += double(row.count) * row.level;
    }
    totals.middle /= totals.levels;
    totals.mean /= totals.voxels;
    return totals;
}

// Sum over all i and j of n_i n_j (i - j)^2: about their mean, mixed terms vanish.
double squared_steps_of_voxels(const Rows& rows, const Totals& totals) {
    double squares = 0.0;
    for (const ToneDifference& row : rows) {
        squares += double(row.count) * (row.level - totals.mean) * (row.level - totals.mean);
    }
    return 2.0 * totals.voxels * squares;
}

// Sum over all i and j of (n_i + n_j) (i - j)^2, likewise about the middle of the levels.
double squared_steps_of_levels(const Rows& rows, const Totals& totals) {
    double squares = 0.0, weighted = 0.0;
    for (const ToneDifference& row : rows) {
        const double square = (row.level - totals.middle) * (row.level - totals.middle);
        squares += square;
        weighted += double(row.count) * square;
    }
    return 2.0 * (totals.levels * weighted + totals.voxels * squares);
}

// Sum over all i and j of |i n_i - j n_j|, of integers, so that it is 0 exactly where it should be.
double rate_of_change(const Rows& rows) {
    std::vector<std::int64_t> products;
    for (const ToneDifference& row : rows) products.push_back(row.level * row.count);
    std::sort(products.begin(), products.end());
    double sum = 0.0;
    for (std::size_t r = 1; r < products.size(); ++r) {
        sum += double(products[r] - products[r - 1]) * double(r) * double(products.size() - r);
    }
    return 2.0 * sum;
}

// Sums over the levels of one number of voxels that lie below a level, of |i - j| and of |i - j| s_j.
struct Below {
    double count = 0.0, difference = 0.0, steps = 0.0, weighted_steps = 0.0;
    void move(double step) {
        steps += step * count;
        weighted_steps += step * difference;
    }
    void add(const ToneDifference& row) {
        count += 1.0;
        difference += row.difference;
    }
};

// Sum over all levels i, and all levels j < i that have n voxels, of |i - j| (n_i s_i + n_j s_j) / (n_i + n_j).
double complexity_with(const Rows& rows, std::int64_t n) {
    Below below;
    double sum = 0.0;
    std::uint32_t last = rows.front().level;
    for (const ToneDifference& row : rows) {
        below.move(row.level - last);
        last = row.level;
        const double own = double(row.count), other = double(n);
        sum += (own * row.difference * below.steps + other * below.weighted_steps) / (own + other);
        if (row.count == n) below.add(row);
    }
    return sum;
}

double complexity(const Rows& rows) {
    std::vector<std::int64_t> counts;
    for (const ToneDifference& row : rows) counts.push_back(row.count);
    std::sort(counts.begin(), counts.end());
    counts.erase(std::unique(counts.begin(), counts.end()), counts.end());
    double sum = 0.0;
    for (const std::int64_t n : counts) sum += complexity_with(rows, n);
    return 2.0 * sum;
}

}  // namespace

std::array<double, kToneFeatures> tone_features(const Rows& rows) {
    std::array<double, kToneFeatures> features;
    features.fill(std::numeric_limits<double>::quiet_NaN());
    if (rows.empty()) return features;
    const Totals totals = totals_of(rows);
    const double voxels = totals.voxels, pairs = totals.levels * (totals.levels - 1.0);
    const double tones = squared_steps_of_voxels(rows, totals) / (voxels * voxels), rate = rate_of_change(rows);
    features[0] = totals.weighted > 0.0 ? std::min(voxels / totals.weighted, kMostCoarseness) : kMostCoarseness;
    features[1] = pairs > 0.0 ? tones / pairs * totals.differences / voxels : 0.0;
    features[2] = rate > 0.0 ? totals.weighted / rate : 0.0;
    features[3] = complexity(rows) / voxels;
    features[4] = totals.differences > 0.0 ? squared_steps_of_levels(rows, totals) / voxels / totals.differences : 0.0;
    return features;
}

}  // namespace oncometry
