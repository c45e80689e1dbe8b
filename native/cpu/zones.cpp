#include "zones.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>

#include "parallel.hpp"
#include "row_spans.hpp"

namespace oncometry {
namespace {

constexpr int kPredecessors = 13, kInPlane = 4, kMostParts = 4;
constexpr int kNone = 15;

struct Step {
    int k, j, i;
};

// Neighbors that come before a voxel in the raster, those of its own slice first.
constexpr std::array<Step, kPredecessors> kSteps{{{0, 0, -1}, {0, -1, -1}, {0, -1, 0}, {0, -1, 1},
                                                   {-1, -1, -1}, {-1, -1, 0}, {-1, -1, 1}, {-1, 0, -1}, {-1, 0, 0},
                                                   {-1, 0, 1}, {-1, 1, -1}, {-1, 1, 0}, {-1, 1, 1}}};

bool touch(const Step& a, const Step& b) {
    return std::abs(a.k - b.k) <= 1 && std::abs(a.j - b.j) <= 1 && std::abs(a.i - b.i) <= 1;
}

// For each set of predecessors of the voxel's level: one of each group that touches, as they are united already.
// Four bits a predecessor, ended by kNone; there are four groups at most, since four cliques cover the thirteen.
class Representatives {
public:
    Representatives() {
        for (int set = 0; set < (1 << kPredecessors); ++set) table_[std::size_t(set)] = of_set(set);
    }
    std::uint32_t operator[](std::uint16_t set) const { return table_[set]; }

private:
    static std::uint32_t of_set(int set) {
        std::uint32_t packed = 0;
        int parts = 0;
        for (int left = set; left != 0;) {
            const int first = lowest(left);
            packed |= std::uint32_t(first) << (4 * parts++);
            left &= ~group_of(first, left);
        }
        return packed | std::uint32_t(kNone) << (4 * parts);
    }
    static int lowest(int set) {
        int b = 0;
        while ((set >> b & 1) == 0) ++b;
        return b;
    }
    static int group_of(int first, int set) {
        int group = 1 << first;
        for (bool grown = true; grown;) {
            grown = false;
            for (int b = 0; b < kPredecessors; ++b) {
                if ((set >> b & 1) == 0 || (group >> b & 1) != 0) continue;
                for (int g = 0; g < kPredecessors && (group >> b & 1) == 0; ++g) {
                    if ((group >> g & 1) != 0 && touch(kSteps[std::size_t(b)], kSteps[std::size_t(g)])) group |= 1 << b;
                }
                grown = grown || (group >> b & 1) != 0;
            }
        }
        return group;
    }

    std::array<std::uint32_t, 1 << kPredecessors> table_;
};

// A part of a zone; parts that turn out to be one zone point to the earliest.
struct Part {
    std::uint32_t parent, level, size, distance;
};

std::uint32_t find(std::vector<Part>& parts, std::uint32_t p) {
    while (parts[p].parent != p) {
        parts[p].parent = parts[parts[p].parent].parent;
        p = parts[p].parent;
    }
    return p;
}

std::uint32_t unite(std::vector<Part>& parts, std::uint32_t a, std::uint32_t b) {
    a = find(parts, a);
    b = find(parts, b);
    if (a == b) return a;
    parts[std::max(a, b)].parent = std::min(a, b);
    return std::min(a, b);
}

using Labels = std::vector<std::uint32_t>;  // of one slice, with the border; what is outside is never read

// Slices one after the other; each voxel joins a part of an earlier neighbor or begins one.
template <class Level>
class Labeler {
public:
    Labeler(const Levels<Level>& levels, const std::uint16_t* distances)
        : levels_(levels), distances_(distances), plane_(std::size_t(levels.shape.j) * std::size_t(levels.shape.i)),
          sets_(std::size_t(levels.shape.i)), current_(plane_), previous_(plane_) {
        for (int b = 0; b < kPredecessors; ++b) {
            const Step& step = kSteps[std::size_t(b)];
            offsets_[std::size_t(b)] = (std::ptrdiff_t(step.k) * levels.shape.j + step.j) * levels.shape.i + step.i;
        }
    }

    void run(int begin, int end, bool in_plane) {
        for (int k = begin; k < end; ++k) {
            const int count = in_plane || k == begin ? kInPlane : kPredecessors;
            current_.swap(previous_);
            for (int j = 1; j + 1 < levels_.shape.j; ++j) label_row(k, j, count);
            if (k == begin) first_ = current_;
        }
    }

    std::vector<Part> parts;
    const Labels& first() const { return first_; }
    const Labels& last() const { return current_; }

private:
    void compare_row(const Level* row, RowSpan span, int count) {
        std::uint16_t* __restrict sets = sets_.data();
        std::fill(sets + span.begin, sets + span.end, std::uint16_t(0));
        for (int b = 0; b < count; ++b) {
            const Level* other = row + offsets_[std::size_t(b)];
            for (int i = span.begin; i < span.end; ++i) sets[i] |= std::uint16_t((other[i] == row[i]) << b);
        }
    }

    // Where label `i` of the current row is looked up by predecessor.
    std::array<const std::uint32_t*, kPredecessors> label_rows(int j) const {
        std::array<const std::uint32_t*, kPredecessors> rows;
        for (int b = 0; b < kPredecessors; ++b) {
            const Step& step = kSteps[std::size_t(b)];
            const Labels& slice = step.k == 0 ? current_ : previous_;
            rows[std::size_t(b)] = slice.data() + std::ptrdiff_t(j + step.j) * levels_.shape.i + step.i;
        }
        return rows;
    }

    void label_row(int k, int j, int count) {
        const Shape& shape = levels_.shape;
        const Level* row = levels_.data + k * plane_ + std::size_t(j) * shape.i;
        const RowSpan span = span_of_row(row, shape.i, 1);
        if (span.begin == span.end) return;
        compare_row(row, span, count);
        static const Representatives representatives;
        const auto rows = label_rows(j);
        std::uint32_t* labels = current_.data() + std::size_t(j) * shape.i;
        const std::uint16_t* distances =
            distances_ ? distances_ + (std::size_t(k - 1) * (shape.j - 2) + (j - 1)) * (shape.i - 2) - 1 : nullptr;
        for (int i = span.begin; i < span.end; ++i) {
            if (row[i] == 0) continue;
            const std::uint32_t label = label_of(representatives[sets_[std::size_t(i)]], rows, i, row[i]);
            labels[i] = label;
            Part& part = parts[label];
            ++part.size;
            if (distances) part.distance = std::min<std::uint32_t>(part.distance, distances[i]);
        }
    }

    std::uint32_t label_of(std::uint32_t packed, const std::array<const std::uint32_t*, kPredecessors>& rows, int i,
                           Level level) {
        if ((packed & 15) == kNone) {
            const std::uint32_t label = std::uint32_t(parts.size());
            parts.push_back({label, level, 0, std::numeric_limits<std::uint32_t>::max()});
            return label;
        }
        std::uint32_t label = rows[packed & 15][i];
        for (packed >>= 4; (packed & 15) != kNone; packed >>= 4) label = unite(parts, label, rows[packed & 15][i]);
        return label;
    }

    Levels<Level> levels_;
    const std::uint16_t* distances_;
    std::size_t plane_;
    std::array<std::ptrdiff_t, kPredecessors> offsets_;
    std::vector<std::uint16_t> sets_;
    Labels current_, previous_, first_;
};

// Unites parts across the seam below slice k, the first of the upper labels.
template <class Level>
void join_seam(const Levels<Level>& levels, int k, const Labels& lower, std::uint32_t lower_start,
               const Labels& upper, std::uint32_t upper_start, std::vector<Part>& parts) {
    const std::ptrdiff_t width = levels.shape.i, plane = width * levels.shape.j;
    for (int j = 1; j + 1 < levels.shape.j; ++j) {
        for (int i = 1; i + 1 < levels.shape.i; ++i) {
            const std::ptrdiff_t at = j * width + i;
            const Level level = levels.data[k * plane + at];
            if (level == 0) continue;
            for (int b = kInPlane; b < kPredecessors; ++b) {
                const std::ptrdiff_t there = at + kSteps[std::size_t(b)].j * width + kSteps[std::size_t(b)].i;
                if (levels.data[(k - 1) * plane + there] != level) continue;
                unite(parts, lower_start + lower[std::size_t(there)], upper_start + upper[std::size_t(at)]);
            }
        }
    }
}

// A part is later than what it points to, so one pass brings all counts to the zones.
std::vector<Zone> zones_of(std::vector<Part>& parts, bool with_distances) {
    std::vector<Zone> zones;
    for (std::uint32_t p = std::uint32_t(parts.size()); p-- > 0;) {
        Part& part = parts[p];
        if (part.parent == p) {
            zones.push_back({part.level, part.size, with_distances ? part.distance : 0});
        } else {
            Part& parent = parts[part.parent];
            parent.size += part.size;
            parent.distance = std::min(parent.distance, part.distance);
        }
    }
    return zones;
}

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

template <class Level>
std::vector<Zone> find_zones(const Levels<Level>& levels, const std::uint16_t* distances, int begin, int end,
                             const ZoneRule& rule) {
    const int slabs = std::max(1, std::min(rule.threads, end - begin));
    const auto start = [&](int slab) { return begin + int(std::int64_t(end - begin) * slab / slabs); };
    std::vector<Labeler<Level>> labelers(std::size_t(slabs), Labeler<Level>(levels, distances));
    run_jobs(slabs, rule.threads,
             [&](int s) { labelers[std::size_t(s)].run(start(s), start(s + 1), rule.in_plane); });
    std::vector<Part> parts = std::move(labelers[0].parts);
    std::uint32_t lower_start = 0;
    for (int s = 1; s < slabs; ++s) {
        const std::uint32_t upper_start = std::uint32_t(parts.size());
        for (Part part : labelers[std::size_t(s)].parts) {
            part.parent += upper_start;
            parts.push_back(part);
        }
        if (!rule.in_plane) {
            join_seam(levels, start(s), labelers[std::size_t(s - 1)].last(), lower_start,
                      labelers[std::size_t(s)].first(), upper_start, parts);
        }
        lower_start = upper_start;
    }
    return zones_of(parts, distances != nullptr);
}

template std::vector<Zone> find_zones(const Levels<std::uint8_t>&, const std::uint16_t*, int, int, const ZoneRule&);
template std::vector<Zone> find_zones(const Levels<std::uint16_t>&, const std::uint16_t*, int, int, const ZoneRule&);

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
