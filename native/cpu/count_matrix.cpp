#include "count_matrix.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace oncometry {
namespace {

struct Margins {
    std::int64_t total = 0, level_sum = 0, value_sum = 0;
    std::uint64_t level_squares = 0, value_squares = 0;  // sums of the squared margins: integers, so exact
};

// Sum over the values of their squared margin.
std::uint64_t squared_value_margins(const std::vector<CountCell>& cells) {
    std::vector<CountCell> by_value(cells);
    std::sort(by_value.begin(), by_value.end(),
              [](const CountCell& a, const CountCell& b) { return a.value < b.value; });
    std::uint64_t squares = 0;
    for (std::size_t c = 0; c < by_value.size();) {
        std::uint64_t margin = 0;
        const std::uint32_t value = by_value[c].value;
        for (; c < by_value.size() && by_value[c].value == value; ++c) margin += std::uint64_t(by_value[c].count);
        squares += margin * margin;
    }
    return squares;
}

Margins margins_of(const std::vector<CountCell>& cells) {
    Margins margins;
    for (std::size_t c = 0; c < cells.size();) {
        const std::uint32_t level = cells[c].level;
        std::int64_t row = 0;
        for (; c < cells.size() && cells[c].level == level; ++c) {
            row += cells[c].count;
            margins.value_sum += cells[c].count * cells[c].value;
        }
        margins.total += row;
        margins.level_sum += row * level;
        margins.level_squares += std::uint64_t(row) * std::uint64_t(row);
    }
    margins.value_squares = squared_value_margins(cells);
    return margins;
}

void add_emphases(const CountCell& cell, double p, CountFeatures& sums) {
    const double i2 = double(cell.level) * cell.level, j2 = double(cell.value) * cell.value;
    const double low = p / i2, high = p * i2;
    sums[kSmallEmphasis] += p / j2;
    sums[kLargeEmphasis] += p * j2;
    sums[kLowLevelEmphasis] += low;
    sums[kHighLevelEmphasis] += high;
    sums[kSmallLowLevelEmphasis] += low / j2;
    sums[kSmallHighLevelEmphasis] += high / j2;
    sums[kLargeLowLevelEmphasis] += low * j2;
    sums[kLargeHighLevelEmphasis] += high * j2;
}

}  // namespace

CountFeatures count_features(const CountMatrix& matrix) {
    CountFeatures sums;
    if (matrix.cells.empty()) {
        sums.fill(std::numeric_limits<double>::quiet_NaN());
        return sums;
    }
    sums.fill(0.0);
    const Margins margins = margins_of(matrix.cells);
    const double total = double(margins.total);
    const double mean_level = double(margins.level_sum) / total, mean_value = double(margins.value_sum) / total;
    for (const CountCell& cell : matrix.cells) {
        const double p = double(cell.count) / total;
        add_emphases(cell, p, sums);
        sums[kLevelVariance] += p * (cell.level - mean_level) * (cell.level - mean_level);
        sums[kVariance] += p * (cell.value - mean_value) * (cell.value - mean_value);
        sums[kEntropy] -= p * std::log2(p);
        sums[kEnergy] += p * p;
    }
    sums[kLevelNonUniformity] = double(margins.level_squares) / total;
    sums[kLevelNonUniformityNormalized] = sums[kLevelNonUniformity] / total;
    sums[kNonUniformity] = double(margins.value_squares) / total;
    sums[kNonUniformityNormalized] = sums[kNonUniformity] / total;
    sums[kPercentage] = total / double(matrix.voxels);
    if (matrix.cells.size() == 1) sums[kEntropy] = 0.0;  // not minus zero
    return sums;
}

}  // namespace oncometry
