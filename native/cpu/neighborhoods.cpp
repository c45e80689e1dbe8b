#include "neighborhoods.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "matrix.hpp"
#include "parallel.hpp"

namespace oncometry {
namespace {

// Of the voxels of one level, by a number of neighbors; integers, so that sums are exact and merge in any order.
struct Counts {
    std::int64_t dependences = 0;  // voxels with so many dependent neighbors
    std::int64_t voxels = 0;       // voxels with so many neighbors
    std::int64_t differences = 0;  // sum over these of |level * neighbors - sum of the neighbors' levels|
};

// Counts of the levels that occur, in the order in which they are met.
class Tables {
public:
    Tables(int level_count, std::size_t steps) : columns_(steps + 1), places_(std::size_t(level_count) + 1, kAbsent) {}

    std::size_t columns() const { return columns_; }
    bool has(std::uint32_t level) const { return places_[level] != kAbsent; }

    // `columns` counts, by number of neighbors from 0.
    Counts* of_level(std::size_t level) {
        if (places_[level] == kAbsent) {
            places_[level] = std::uint32_t(counts_.size() / columns_);
            counts_.resize(counts_.size() + columns_);
        }
        return counts_.data() + places_[level] * columns_;
    }

    void add(Tables& other) {
        for (std::uint32_t level = 1; level < places_.size(); ++level) {
            if (!other.has(level)) continue;
            Counts* mine = of_level(level);
            const Counts* theirs = other.of_level(level);
            for (std::size_t n = 0; n < columns_; ++n) {
                mine[n].dependences += theirs[n].dependences;
                mine[n].voxels += theirs[n].voxels;
                mine[n].differences += theirs[n].differences;
            }
        }
    }

private:
    static constexpr std::uint32_t kAbsent = std::numeric_limits<std::uint32_t>::max();
    std::size_t columns_;
    std::vector<std::uint32_t> places_;
    std::vector<Counts> counts_;
};

// Levels side by side in memory, in one row or in a few whose ends lie close: long ones are counted fast.
struct Stretch {
    std::size_t begin, end;
};

std::vector<Stretch> stretches_of(const std::vector<Extent>& extents, const Shape& shape, Slab slices) {
    constexpr std::size_t kMostBetween = 32, kLongest = 4096;
    std::vector<Stretch> stretches;
    const std::size_t rows = std::size_t(shape.j), width = std::size_t(shape.i);
    for (std::size_t row = slices.begin * rows; row < slices.end * rows; ++row) {
        if (extents[row].begin == extents[row].end) continue;
        const std::size_t begin = row * width + extents[row].begin, end = row * width + extents[row].end;
        const bool joins = !stretches.empty() && begin - stretches.back().end <= kMostBetween &&
                           end - stretches.back().begin <= kLongest;
        if (joins) {
            stretches.back().end = end;
        } else {
            stretches.push_back({begin, end});
        }
    }
    return stretches;
}

// What is added up over the neighbors of each voxel of a stretch. Count holds their number, Sum that times the levels.
template <class Count, class Sum>
struct StretchSums {
    void clear(std::size_t size) {
        neighbors.assign(size, 0);
        dependent.assign(size, 0);
        sum.assign(size, 0);
    }

    std::vector<Count> neighbors, dependent;
    std::vector<Sum> sum;
};

// One loop a sum, so that the compiler does many voxels at once.
template <class Level, class Count, class Sum>
void add_step(const Level* here, const Level* other, std::size_t size, Level alpha, Count* __restrict neighbors,
              Count* __restrict dependent, Sum* __restrict sum) {
    for (std::size_t v = 0; v < size; ++v) neighbors[v] = Count(neighbors[v] + (other[v] != 0));
    for (std::size_t v = 0; v < size; ++v) {
        const Level difference = here[v] > other[v] ? Level(here[v] - other[v]) : Level(other[v] - here[v]);
        dependent[v] = Count(dependent[v] + ((difference <= alpha) & (other[v] != 0)));
    }
    for (std::size_t v = 0; v < size; ++v) sum[v] = Sum(sum[v] + other[v]);
}

template <class Level, class Count, class Sum>
void count_voxels(const Level* here, std::size_t size, const StretchSums<Count, Sum>& sums, Tables& tables) {
    for (std::size_t v = 0; v < size; ++v) {
        const std::size_t level = here[v], neighbors = sums.neighbors[v];
        if (level == 0) continue;
        Counts* counts = tables.of_level(level);
        ++counts[sums.dependent[v]].dependences;
        ++counts[neighbors].voxels;
        counts[neighbors].differences += std::abs(std::int64_t(level * neighbors) - std::int64_t(sums.sum[v]));
    }
}

template <class Level, class Count, class Sum>
void count_slices(const Levels<Level>& levels, const std::vector<Extent>& extents, Slab slices,
                  const NeighborhoodRule& rule, Tables& tables) {
    const Shape& shape = levels.shape;
    const Level alpha = Level(std::min(rule.alpha, levels.count));
    StretchSums<Count, Sum> sums;
    for (const Stretch& stretch : stretches_of(extents, shape, slices)) {
        const Level* here = levels.data + stretch.begin;
        const std::size_t size = stretch.end - stretch.begin;
        sums.clear(size);
        for (const NeighborStep& step : rule.steps) {
            const Level* other = here + (std::ptrdiff_t(step.k) * shape.j + step.j) * shape.i + step.i;
            add_step(here, other, size, alpha, sums.neighbors.data(), sums.dependent.data(), sums.sum.data());
        }
        count_voxels(here, size, sums, tables);
    }
}

template <class Level>
void count_slab(const Levels<Level>& levels, const std::vector<Extent>& extents, Slab slices,
                const NeighborhoodRule& rule, Tables& tables) {
    const std::size_t steps = rule.steps.size();
    if (steps <= 255 && steps * std::size_t(levels.count) <= 65535) {
        count_slices<Level, std::uint8_t, std::uint16_t>(levels, extents, slices, rule, tables);
    } else {
        count_slices<Level, std::uint16_t, std::uint32_t>(levels, extents, slices, rule, tables);
    }
}

NeighborhoodMatrices matrices_of(Tables& tables, int level_count, bool lone) {
    NeighborhoodMatrices matrices;
    for (std::uint32_t level = 1; level <= std::uint32_t(level_count); ++level) {
        if (!tables.has(level)) continue;
        const Counts* counts = tables.of_level(level);
        ToneDifference row{level, lone ? counts[0].voxels : 0, 0.0};
        for (std::size_t n = 0; n < tables.columns(); ++n) {
            const std::int64_t voxels = counts[n].dependences;
            if (voxels != 0) matrices.dependences.cells.push_back({level, std::uint32_t(n + 1), voxels});
            matrices.dependences.voxels += voxels;
            if (n == 0) continue;
            row.count += counts[n].voxels;
            row.difference += double(counts[n].differences) / double(n);
        }
        if (row.count != 0) matrices.differences.push_back(row);
    }
    return matrices;
}

}  // namespace

template <class Level>
NeighborhoodMatrices neighborhood_matrices(const Levels<Level>& levels, const std::vector<Extent>& extents,
                                           Slab slices, const NeighborhoodRule& rule) {
    const int size = slices.end - slices.begin, slabs = std::max(1, std::min(rule.threads, size));
    const auto start = [&](int slab) { return slices.begin + int(std::int64_t(size) * slab / slabs); };
    std::vector<Tables> tables(std::size_t(slabs), Tables(levels.count, rule.steps.size()));
    run_jobs(slabs, rule.threads, [&](int slab) {
        count_slab(levels, extents, {start(slab), start(slab + 1)}, rule, tables[std::size_t(slab)]);
    });
    for (int slab = 1; slab < slabs; ++slab) tables[0].add(tables[std::size_t(slab)]);
    return matrices_of(tables[0], levels.count, rule.lone);
}

template NeighborhoodMatrices neighborhood_matrices(const Levels<std::uint8_t>&, const std::vector<Extent>&, Slab,
                                                    const NeighborhoodRule&);
template NeighborhoodMatrices neighborhood_matrices(const Levels<std::uint16_t>&, const std::vector<Extent>&, Slab,
                                                    const NeighborhoodRule&);

}  // namespace oncometry
