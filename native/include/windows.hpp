// The part of a region around each of its voxels, for maps of features.
#pragma once

#include <algorithm>
#include <limits>
#include <vector>

#include "glcm.hpp"
#include "levels.hpp"
#include "parallel.hpp"

namespace oncometry {

// Levels at most `radii` from a voxel, with a border of their own.
template <class Level>
class Window {
public:
    Window(const Radii& radii, int border)
        : radii_(radii), border_(border), shape_{2 * (radii.k + border) + 1, 2 * (radii.j + border) + 1,
                                                 2 * (radii.i + border) + 1},
          data_(shape_.size()) {}

    Levels<Level> around(const Levels<Level>& levels, int k, int j, int i) {
        std::fill(data_.begin(), data_.end(), Level(0));
        const Shape& s = levels.shape;
        const int first = std::max(0, i - radii_.i), last = std::min(s.i - 1, i + radii_.i);
        for (int from_k = std::max(0, k - radii_.k); from_k <= std::min(s.k - 1, k + radii_.k); ++from_k) {
            for (int from_j = std::max(0, j - radii_.j); from_j <= std::min(s.j - 1, j + radii_.j); ++from_j) {
                const Level* from = levels.data + (std::size_t(from_k) * s.j + from_j) * s.i;
                const int to_k = from_k - k + radii_.k + border_, to_j = from_j - j + radii_.j + border_;
                Level* to = data_.data() + (std::size_t(to_k) * shape_.j + to_j) * shape_.i + radii_.i + border_ - i;
                std::copy(from + first, from + last + 1, to + first);
            }
        }
        return {data_.data(), shape_, levels.count};
    }

private:
    Radii radii_;
    int border_;
    Shape shape_;
    std::vector<Level> data_;
};

// features(window) of each voxel of the region into out, (count, k, j, i) without the levels' border of one voxel;
// NaN outside the region. border: of the windows.
template <class Level, class Features>
void map_windows(const Levels<Level>& levels, const Radii& radii, int border, int threads, std::size_t count,
                 const Features& features, double* out) {
    const Shape inner{levels.shape.k - 2, levels.shape.j - 2, levels.shape.i - 2};
    std::fill(out, out + inner.size() * count, std::numeric_limits<double>::quiet_NaN());
    run_jobs(inner.k, threads, [&](int k) {
        Window<Level> window(radii, border);
        for (int j = 0; j < inner.j; ++j) {
            const Level* row = levels.data + (std::size_t(k + 1) * levels.shape.j + j + 1) * levels.shape.i + 1;
            for (int i = 0; i < inner.i; ++i) {
                if (row[i] == 0) continue;
                const auto values = features(window.around(levels, k + 1, j + 1, i + 1));
                const std::size_t at = (std::size_t(k) * inner.j + j) * inner.i + i;
                for (std::size_t f = 0; f < count; ++f) out[f * inner.size() + at] = values[f];
            }
        }
    });
}

}  // namespace oncometry
