#include <algorithm>
#include <array>

#include "zones.hpp"

namespace oncometry {
namespace {

// Counts the values of one level: small ones by place, the few large ones by sorting.
class ValueCounter {
public:
    void add(std::uint32_t value) {
        if (value < kSmall) {
            ++small_[value];
            largest_small_ = std::max(largest_small_, value);
        } else {
            large_.push_back(value);
        }
    }
    void move_to(std::uint32_t level, std::vector<CountCell>& cells) {
        for (std::uint32_t value = 0; value <= largest_small_; ++value) {
            if (small_[value] != 0) cells.push_back({level, value, small_[value]});
            small_[value] = 0;
        }
        std::sort(large_.begin(), large_.end());
        for (std::size_t v = 0; v < large_.size();) {
            const std::size_t first = v;
            while (v < large_.size() && large_[v] == large_[first]) ++v;
            cells.push_back({level, large_[first], std::int64_t(v - first)});
        }
        large_.clear();
        largest_small_ = 0;
    }

private:
    static constexpr std::uint32_t kSmall = 256;
    std::array<std::int64_t, kSmall> small_{};
    std::uint32_t largest_small_ = 0;
    std::vector<std::uint32_t> large_;
};

}  // namespace

ZoneMatrices zone_matrices(const std::vector<Zone>& zones, int level_count, bool with_distances) {
    ZoneMatrices matrices;
    std::vector<std::size_t> starts(std::size_t(level_count) + 2, 0);
    for (const Zone& zone : zones) {
        ++starts[zone.level + 1];
        matrices.sizes.voxels += zone.size;
    }
    matrices.distances.voxels = matrices.sizes.voxels;
    for (std::size_t level = 1; level < starts.size(); ++level) starts[level] += starts[level - 1];
    std::vector<const Zone*> by_level(zones.size());
    std::vector<std::size_t> next(starts);
    for (const Zone& zone : zones) by_level[next[zone.level]++] = &zone;
    ValueCounter sizes, distances;
    for (std::uint32_t level = 1; level <= std::uint32_t(level_count); ++level) {
        if (starts[level] == starts[level + 1]) continue;
        for (std::size_t z = starts[level]; z < starts[level + 1]; ++z) {
            sizes.add(by_level[z]->size);
            if (with_distances) distances.add(by_level[z]->distance);
        }
        sizes.move_to(level, matrices.sizes.cells);
        if (with_distances) distances.move_to(level, matrices.distances.cells);
    }
    return matrices;
}

}  // namespace oncometry
