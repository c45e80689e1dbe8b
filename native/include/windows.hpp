// The part of a region around each of its voxels, for maps of features.
#pragma once

#include <algorithm>
#include <limits>
#include <vector>

#include "levels.hpp"
#include "parallel.hpp"

namespace oncometry {

using Number = std::uint16_t;

// What lies at most `radii` from a voxel, with a border of 0 of its own. Its levels are numbered from 1 on, in their
// order, so that tables over them are small.
class Window {
public:
    Window(const Radii& radii, int border, int level_count)
        : radii_(radii), border_(border), shape_{2 * (radii.k + border) + 1, 2 * (radii.j + border) + 1,
                                                 2 * (radii.i + border) + 1},
          numbers_(shape_.size()), number_of_(std::size_t(level_count) + 1) {}

    template <class Level>
    void take(const Levels<Level>& levels, int k, int j, int i) {
        met_.clear();
        const Shape& s = levels.shape;
        const int first = std::max(0, i - radii_.i), last = std::min(s.i - 1, i + radii_.i);
        for (int dk = -radii_.k; dk <= radii_.k; ++dk) {
            for (int dj = -radii_.j; dj <= radii_.j; ++dj) {
                Number* to = row(dk + radii_.k + border_, dj + radii_.j + border_) + border_;
                const int from_k = k + dk, from_j = j + dj;
                if (from_k < 0 || from_k >= s.k || from_j < 0 || from_j >= s.j) {
                    std::fill(to, to + 2 * radii_.i + 1, Number(0));
                    continue;
                }
                const Level* from = levels.data + (std::size_t(from_k) * s.j + from_j) * s.i;
                for (int at = i - radii_.i; at < first; ++at) *to++ = 0;
                for (int at = first; at <= last; ++at) *to++ = met(from[at]);
                for (int at = last; at < i + radii_.i; ++at) *to++ = 0;
            }
        }
        put_in_order();
    }

    // With the border; the numbers of its voxels, 0 outside the region.
    const Shape& shape() const { return shape_; }
    int border() const { return border_; }
    const Number* data() const { return numbers_.data(); }
    // Places in `data` of the voxels of the region, rising.
    const std::vector<std::uint32_t>& inside() const { return inside_; }
    // The levels by number less 1, rising.
    const std::vector<std::uint32_t>& levels() const { return levels_; }

private:
    Number* row(int k, int j) { return numbers_.data() + (std::size_t(k) * shape_.j + j) * shape_.i; }

    // The number of a level by when it was met first.
    Number met(std::uint32_t level) {
        if (level == 0) return 0;
        Number& number = number_of_[level];
        if (number == 0) {
            met_.push_back(level);
            number = Number(met_.size());
        }
        return number;
    }

    void put_in_order() {
        levels_ = met_;
        std::sort(levels_.begin(), levels_.end());
        for (std::size_t n = 0; n < levels_.size(); ++n) number_of_[levels_[n]] = Number(n + 1);
        places_.assign(1, 0);
        for (const std::uint32_t level : met_) {
            places_.push_back(number_of_[level]);
            number_of_[level] = 0;
        }
        inside_.clear();
        for (std::size_t v = 0; v < numbers_.size(); ++v) {
            if (numbers_[v] == 0) continue;
            numbers_[v] = places_[numbers_[v]];
            inside_.push_back(std::uint32_t(v));
        }
    }

    Radii radii_;
    int border_;
    Shape shape_;
    std::vector<Number> numbers_, number_of_, places_;
    std::vector<std::uint32_t> met_, levels_, inside_;
};

// make() gives a job its own features(window) -> `count` numbers, which go into out, (count, k, j, i) without the
// levels' border of one voxel, for each voxel of the region (and of `centers`, unless null); NaN elsewhere.
// border: of the windows.
template <class Level, class Make>
void map_windows(const Levels<Level>& levels, const std::uint8_t* centers, const Radii& radii, int border, int threads,
                 std::size_t count, const Make& make, double* out) {
    const Shape inner{levels.shape.k - 2, levels.shape.j - 2, levels.shape.i - 2};
    std::fill(out, out + inner.size() * count, std::numeric_limits<double>::quiet_NaN());
    run_jobs(inner.k, threads, [&](int k) {
        Window window(radii, border, levels.count);
        auto features = make();
        for (int j = 0; j < inner.j; ++j) {
            const Level* row = levels.data + (std::size_t(k + 1) * levels.shape.j + j + 1) * levels.shape.i + 1;
            for (int i = 0; i < inner.i; ++i) {
                const std::size_t at = (std::size_t(k) * inner.j + j) * inner.i + i;
                if (row[i] == 0 || (centers != nullptr && centers[at] == 0)) continue;
                window.take(levels, k + 1, j + 1, i + 1);
                const auto& values = features(window, at);
                for (std::size_t f = 0; f < count; ++f) out[f * inner.size() + at] = values[f];
            }
        }
    });
}

}  // namespace oncometry
