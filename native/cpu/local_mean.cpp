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

// Sums over each row from its start to each voxel, as if the row went on by `margin` zeros either way.
class RunningSums {
public:
    RunningSums(const ImageBox& box, int margin)
        : margin_(margin), width_(std::size_t(box.shape.i + 2 * margin + 1)), rows_(std::size_t(box.shape.j)) {
        const auto ni = std::size_t(box.shape.i), count = std::size_t(box.shape.k) * rows_;
        sums_.assign(count * width_, 0.0);
        for (std::size_t r = 0; r < count; ++r) {
            double* sums = sums_.data() + r * width_ + std::size_t(margin);
            for (std::size_t i = 0; i < ni; ++i) sums[i + 1] = sums[i] + box.image[r * ni + i];
            std::fill(sums + ni + 1, sums_.data() + (r + 1) * width_, sums[ni]);
        }
    }

    // The sum of the voxels before i, -margin <= i <= ni + margin, is at index i.
    const double* row(int k, int j) const {
        return sums_.data() + (std::size_t(k) * rows_ + std::size_t(j)) * width_ + std::size_t(margin_);
    }

private:
    int margin_;
    std::size_t width_, rows_;
    std::vector<double> sums_;
};

// Adds the sums of 2 half + 1 voxels around each of n places, or the number of those that the image has.
void add_sums(double* total, const double* sums, int half, int n) {
    const double* low = sums - half;
    const double* high = sums + half + 1;
    for (int i = 0; i < n; ++i) total[i] += high[i] - low[i];
}

// Whether the ball around each of a row's voxels lies in the image.
bool lies_inside(const ImageBox& box, const std::vector<BallRow>& ball, int k, int j, int begin, int end) {
    for (const BallRow& part : ball) {
        if (k + part.k < 0 || j + part.j < 0 || k + part.k >= box.shape.k || j + part.j >= box.shape.j) return false;
        if (begin - part.half < 0 || end + part.half > box.shape.i) return false;
    }
    return true;
}

void add_counts(int* count, int first, int half, int n, int ni) {
    for (int i = 0; i < n; ++i) {
        count[i] += std::min(first + i + half + 1, ni) - std::max(first + i - half, 0);
    }
}

}  // namespace

void local_means(const ImageBox& box, const std::uint8_t* mask, const double spacing[3], double radius_mm,
                 double* means) {
    const std::vector<BallRow> ball = ball_rows(spacing, radius_mm);
    const RunningSums sums(box, int(radius_mm / spacing[0]) + 1);
    int whole = 0;  // voxels of the ball
    for (const BallRow& part : ball) whole += 2 * part.half + 1;
    const int width = box.box.i;
    std::vector<double> total(std::size_t(width), 0.0);
    std::vector<int> count(std::size_t(width), 0);
    for (int bk = 0; bk < box.box.k; ++bk) {
        for (int bj = 0; bj < box.box.j; ++bj) {
            const std::size_t row = (std::size_t(bk) * std::size_t(box.box.j) + std::size_t(bj)) * std::size_t(width);
            int begin = 0, end = width;
            while (begin < end && mask[row + std::size_t(begin)] == 0) ++begin;
            while (end > begin && mask[row + std::size_t(end - 1)] == 0) --end;
            std::fill(total.begin(), total.end(), 0.0);
            const int first = box.start[2] + begin;
            const bool inside =
                lies_inside(box, ball, box.start[0] + bk, box.start[1] + bj, first, first + end - begin);
            std::fill(count.begin(), count.end(), inside ? whole : 0);
            for (const BallRow& part : ball) {
                const int k = box.start[0] + bk + part.k, j = box.start[1] + bj + part.j;
                if (k < 0 || j < 0 || k >= box.shape.k || j >= box.shape.j) continue;
                add_sums(total.data() + begin, sums.row(k, j) + first, part.half, end - begin);
                if (inside) continue;
                add_counts(count.data() + begin, first, part.half, end - begin, box.shape.i);
            }
            for (auto i = std::size_t(begin); i < std::size_t(end); ++i) {
                if (mask[row + i] != 0) means[row + i] = total[i] / count[i];
            }
        }
    }
}

}  // namespace oncometry
