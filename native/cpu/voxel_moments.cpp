// Sums of integers over runs, so nothing is rounded before the last division.
#include "voxel_moments.hpp"

namespace oncometry {
namespace {

using Integer = std::int64_t;

struct Sums {
    Integer count = 0;
    std::array<Integer, 3> first{};
    std::array<Integer, 6> second{};

    void add(Integer k, Integer j, Integer begin, Integer end) {
        const Integer n = end - begin;
        const Integer i = n * (begin + end - 1) / 2;
        const auto squares_below = [](Integer m) { return (m - 1) * m * (2 * m - 1) / 6; };
        count += n;
        first = {first[0] + i, first[1] + n * j, first[2] + n * k};
        second = {second[0] + squares_below(end) - squares_below(begin),
                  second[1] + n * j * j,
                  second[2] + n * k * k,
                  second[3] + i * j,
                  second[4] + i * k,
                  second[5] + n * j * k};
    }
};

// About the voxel nearest to the mean, where sums are small, then about the mean.
double central(const Sums& sums, const std::array<Integer, 3>& near, std::size_t a, std::size_t b, std::size_t ab) {
    const Integer sa = sums.first[a] - sums.count * near[a], sb = sums.first[b] - sums.count * near[b];
    const Integer sab =
        sums.second[ab] - near[a] * sums.first[b] - near[b] * sums.first[a] + sums.count * near[a] * near[b];
    const double n = double(sums.count);
    return (double(sab) - double(sa) * double(sb) / n) / n;
}

}  // namespace

VoxelMoments voxel_moments(const RowRuns& region) {
    Sums sums;
    for (int k = 0; k < region.shape().k; ++k) {
        for (int j = 0; j < region.shape().j; ++j) {
            const Row row = region.row(k, j);
            for (const int* end = row.first; end != row.last; end += 2) sums.add(k, j, end[0], end[1]);
        }
    }
    VoxelMoments moments;
    moments.count = sums.count;
    if (sums.count == 0) return moments;
    std::array<Integer, 3> near{};
    for (std::size_t a = 0; a < 3; ++a) {
        moments.mean[a] = double(sums.first[a]) / double(sums.count);
        near[a] = Integer(moments.mean[a] + 0.5);
    }
    moments.covariance = {central(sums, near, 0, 0, 0), central(sums, near, 1, 1, 1), central(sums, near, 2, 2, 2),
                          central(sums, near, 0, 1, 3), central(sums, near, 0, 2, 4), central(sums, near, 1, 2, 5)};
    return moments;
}

}  // namespace oncometry
