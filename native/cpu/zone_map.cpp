// Zones in every voxel's window.
#include <array>

#include "predecessors.hpp"
#include "windows.hpp"
#include "zones.hpp"

namespace oncometry {
namespace {

constexpr int kBorder = 1;  // of the windows: every voxel has its predecessors

// Finds the zones of one window at a time; memory of one job.
class ZoneFinder {
public:
    // Their sizes by level.
    const CountMatrix& of(const Window& window) {
        const Shape& s = window.shape();
        for (int b = 0; b < kPredecessors; ++b) {
            const Predecessor& step = kPredecessorSteps[std::size_t(b)];
            offsets_[std::size_t(b)] = (std::ptrdiff_t(step.k) * s.j + step.j) * s.i + step.i;
        }
        parents_.resize(s.size());
        for (const std::uint32_t voxel : window.inside()) join(window.data(), voxel);
        count(window);
        return sizes_;
    }

private:
    // Of the zones of its predecessors, or one of its own.
    void join(const Number* numbers, std::uint32_t voxel) {
        static const Representatives representatives;
        std::uint16_t set = 0;
        for (int b = 0; b < kPredecessors; ++b) {
            set |= std::uint16_t((numbers[voxel + offsets_[std::size_t(b)]] == numbers[voxel]) << b);
        }
        std::uint32_t root = voxel;
        parents_[voxel] = voxel;
        for (std::uint32_t packed = representatives[set]; (packed & 15) != Representatives::kEnd; packed >>= 4) {
            const std::uint32_t other = root_of(std::uint32_t(voxel + offsets_[packed & 15]));
            const std::uint32_t first = std::min(root, other);
            parents_[std::max(root, other)] = first;
            root = first;
        }
    }

    std::uint32_t root_of(std::uint32_t voxel) {
        while (parents_[voxel] != voxel) voxel = parents_[voxel] = parents_[parents_[voxel]];
        return voxel;
    }

    void count(const Window& window) {
        extents_.resize(parents_.size());
        for (const std::uint32_t voxel : window.inside()) extents_[voxel] = 0;
        for (const std::uint32_t voxel : window.inside()) ++extents_[root_of(voxel)];
        codes_.clear();
        for (const std::uint32_t voxel : window.inside()) {
            if (extents_[voxel] != 0) codes_.push_back(std::uint64_t(window.data()[voxel]) << 32 | extents_[voxel]);
        }
        std::sort(codes_.begin(), codes_.end());
        sizes_.cells.clear();
        sizes_.voxels = std::int64_t(window.inside().size());
        for (std::size_t c = 0; c < codes_.size(); ++c) {
            if (c > 0 && codes_[c] == codes_[c - 1]) {
                ++sizes_.cells.back().count;
            } else {
                sizes_.cells.push_back({window.levels()[(codes_[c] >> 32) - 1], std::uint32_t(codes_[c]), 1});
            }
        }
    }

    std::array<std::ptrdiff_t, kPredecessors> offsets_;
    std::vector<std::uint32_t> parents_, extents_;  // by place in the window; extents by root
    std::vector<std::uint64_t> codes_;
    CountMatrix sizes_;
};

}  // namespace

template <class Level>
void zone_map(const Levels<Level>& levels, const Radii& radii, int threads, double* out, const std::uint8_t* centers) {
    const auto make = [] {
        return [finder = ZoneFinder{}](const Window& window, std::size_t) mutable {
            return count_features(finder.of(window));
        };
    };
    map_windows(levels, centers, radii, kBorder, threads, kCountFeatures, make, out);
}

template void zone_map(const Levels<std::uint8_t>&, const Radii&, int, double*, const std::uint8_t*);
template void zone_map(const Levels<std::uint16_t>&, const Radii&, int, double*, const std::uint8_t*);

}  // namespace oncometry
