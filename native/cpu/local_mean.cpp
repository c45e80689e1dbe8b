// A ball is a set of rows: with the sums from a row's start to each voxel, a row costs one subtraction.
#include "local_mean.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace oncometry {
namespace {

struct BallRow {
    int k, j, half;  // offsets of the row, and how far it reaches along i either way
};

std::vector<BallRow> ball_rows(const double spacing[3], double radius_mm) {
    const double square = radius_mm * radius_mm;
    const int nk = int(radius_mm / spacing[2]), nj = int(radius_mm / spacing[1]);
    std::vector<BallRow> rows;
    for (int k = -nk; k <= nk; ++k) {
        for (int j = -nj; j <= nj; ++j) {
            const double across = k * spacing[2] * (k * spacing[2]) + j * spacing[1] * (j * spacing[1]);
            if (across <= square) rows.push_back({k, j, int(std::sqrt(square - across) / spacing[0])});
        }
    }
    return rows;
}

// sums[r * (ni + 1) + i]: of the voxels before i of row r.
std::vector<double> running_sums(const ImageBox& box) {
    const auto ni = std::size_t(box.shape.i), rows = std::size_t(box.shape.k) * std::size_t(box.shape.j);
    std::vector<double> sums(rows * (ni + 1), 0.0);
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t i = 0; i < ni; ++i) {
            sums[r * (ni + 1) + i + 1] = sums[r * (ni + 1) + i] + box.image[r * ni + i];
        }
    }
    return sums;
}

}  // namespace

void local_means(const ImageBox& box, const std::uint8_t* mask, const double spacing[3], double radius_mm,
                 double* means) {
    const std::vector<BallRow> ball = ball_rows(spacing, radius_mm);
    const std::vector<double> sums = running_sums(box);
    const auto width = std::size_t(box.box.i);
    std::vector<double> total(width);
    std::vector<int> count(width);
    for (int bk = 0; bk < box.box.k; ++bk) {
        for (int bj = 0; bj < box.box.j; ++bj) {
            const std::size_t row = (std::size_t(bk) * std::size_t(box.box.j) + std::size_t(bj)) * width;
            const auto inside = [&](std::size_t i) { return mask[row + i] != 0; };
            std::size_t begin = 0, end = width;
            while (begin < end && !inside(begin)) ++begin;
            while (end > begin && !inside(end - 1)) --end;
            std::fill(total.begin(), total.end(), 0.0);
            std::fill(count.begin(), count.end(), 0);
            for (const BallRow& part : ball) {
                const int k = box.start[0] + bk + part.k, j = box.start[1] + bj + part.j;
                if (k < 0 || j < 0 || k >= box.shape.k || j >= box.shape.j) continue;
                const auto image_row = std::size_t(k) * std::size_t(box.shape.j) + std::size_t(j);
                const double* from = sums.data() + image_row * std::size_t(box.shape.i + 1);
                for (std::size_t i = begin; i < end; ++i) {
                    const int at = box.start[2] + int(i);
                    const int low = std::max(at - part.half, 0), high = std::min(at + part.half + 1, box.shape.i);
                    total[i] += from[high] - from[low];
                    count[i] += high - low;
                }
            }
            for (std::size_t i = begin; i < end; ++i) {
                if (inside(i)) means[row + i] = total[i] / count[i];
            }
        }
    }
}

}  // namespace oncometry
