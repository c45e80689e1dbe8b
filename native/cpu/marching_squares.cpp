#include "marching_squares.hpp"

#include <array>
#include <cmath>

namespace oncometry {
namespace {

// Whether a row has voxel i; `row.first` moves on, so ask for rising i.
bool has(Row& row, int i) {
    while (!row.empty() && row.first[1] <= i) row.first += 2;
    return !row.empty() && row.first[0] <= i;
}

// How often each configuration occurs; bits are the corners (j, i) = 00, 01, 10, 11.
std::array<std::int64_t, 16> count_squares(const RowRuns& region, int k) {
    std::array<std::int64_t, 16> counts{};
    for (int j = -1; j < region.shape().j; ++j) {
        Row upper = region.row(k, j), lower = region.row(k, j + 1);
        unsigned before = 0;
        for (int i = 0; i <= region.shape().i; ++i) {
            const unsigned here = unsigned(has(upper, i)) | unsigned(has(lower, i)) << 1U;
            ++counts[(before & 1U) | (here & 1U) << 1U | (before >> 1U) << 2U | (here >> 1U) << 3U];
            before = here;
        }
    }
    return counts;
}

}  // namespace

// One corner inside (or outside) is cut off by a diagonal of the quarter pixel, two beside each other by a straight
// line; the area inside is 1/8, 7/8 and 1/2 of a pixel, and 1/4 where two corners face each other.
SquareOutline measure_squares(const RowRuns& region, int k, const double spacing[2]) {
    const std::array<std::int64_t, 16> counts = count_squares(region, k);
    const double di = spacing[0], dj = spacing[1];
    const double corner = 0.5 * std::sqrt(di * di + dj * dj);
    const double one = double(counts[1] + counts[2] + counts[4] + counts[8]);
    const double three = double(counts[7] + counts[11] + counts[13] + counts[14]);
    const double facing = double(counts[6] + counts[9]);
    const double along_i = double(counts[3] + counts[12]), along_j = double(counts[5] + counts[10]);
    return {corner * (one + three + 2.0 * facing) + di * along_i + dj * along_j,
            di * dj * (one / 8.0 + 7.0 * three / 8.0 + facing / 4.0 + (along_i + along_j) / 2.0 + double(counts[15]))};
}

}  // namespace oncometry
