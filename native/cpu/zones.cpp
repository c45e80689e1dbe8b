#include "zones.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "matrix.hpp"
#include "parallel.hpp"
#include "predecessors.hpp"

namespace oncometry {
namespace {

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
    explicit Labeler(const ZoneSource<Level>& source)
        : levels_(source.levels), extents_(source.extents.data()), distances_(source.distances),
          plane_(std::size_t(levels_.shape.j) * std::size_t(levels_.shape.i)), sets_(std::size_t(levels_.shape.i)),
          current_(plane_), previous_(plane_) {
        for (int b = 0; b < kPredecessors; ++b) {
            const Predecessor& step = kPredecessorSteps[std::size_t(b)];
            offsets_[std::size_t(b)] = (std::ptrdiff_t(step.k) * levels_.shape.j + step.j) * levels_.shape.i + step.i;
        }
    }

    void run(int begin, int end, bool in_plane) {
        for (int k = begin; k < end; ++k) {
            const int count = in_plane || k == begin ? kInPlanePredecessors : kPredecessors;
            current_.swap(previous_);
            for (int j = 1; j + 1 < levels_.shape.j; ++j) label_row(k, j, count);
            if (k == begin) first_ = current_;
        }
    }

    std::vector<Part> parts;
    const Labels& first() const { return first_; }
    const Labels& last() const { return current_; }

private:
    void compare_row(const Level* row, Extent extent, int count) {
        std::uint16_t* __restrict sets = sets_.data();
        std::fill(sets + extent.begin, sets + extent.end, std::uint16_t(0));
        for (int b = 0; b < count; ++b) {
            const Level* other = row + offsets_[std::size_t(b)];
            for (int i = extent.begin; i < extent.end; ++i) sets[i] |= std::uint16_t((other[i] == row[i]) << b);
        }
    }

    // Where label `i` of the current row is looked up by predecessor.
    std::array<const std::uint32_t*, kPredecessors> label_rows(int j) const {
        std::array<const std::uint32_t*, kPredecessors> rows;
        for (int b = 0; b < kPredecessors; ++b) {
            const Predecessor& step = kPredecessorSteps[std::size_t(b)];
            const Labels& slice = step.k == 0 ? current_ : previous_;
            rows[std::size_t(b)] = slice.data() + std::ptrdiff_t(j + step.j) * levels_.shape.i + step.i;
        }
        return rows;
    }

    void label_row(int k, int j, int count) {
        const Shape& shape = levels_.shape;
        const Extent extent = extents_[std::size_t(k) * shape.j + j];
        if (extent.begin == extent.end) return;
        const Level* row = levels_.data + k * plane_ + std::size_t(j) * shape.i;
        compare_row(row, extent, count);
        static const Representatives representatives;
        const auto rows = label_rows(j);
        std::uint32_t* labels = current_.data() + std::size_t(j) * shape.i;
        const std::uint16_t* distances =
            distances_ ? distances_ + (std::size_t(k - 1) * (shape.j - 2) + (j - 1)) * (shape.i - 2) - 1 : nullptr;
        for (int i = extent.begin; i < extent.end; ++i) {
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
        if ((packed & 15) == Representatives::kEnd) {
            const std::uint32_t label = std::uint32_t(parts.size());
            parts.push_back({label, level, 0, std::numeric_limits<std::uint32_t>::max()});
            return label;
        }
        std::uint32_t label = rows[packed & 15][i];
        for (packed >>= 4; (packed & 15) != Representatives::kEnd; packed >>= 4) {
            label = unite(parts, label, rows[packed & 15][i]);
        }
        return label;
    }

    Levels<Level> levels_;
    const Extent* extents_;
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
            for (int b = kInPlanePredecessors; b < kPredecessors; ++b) {
                const Predecessor& step = kPredecessorSteps[std::size_t(b)];
                const std::ptrdiff_t there = at + step.j * width + step.i;
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

}  // namespace

template <class Level>
std::vector<Zone> find_zones(const ZoneSource<Level>& source, Slab slices, const ZoneRule& rule) {
    const int size = slices.end - slices.begin, slabs = std::max(1, std::min(rule.threads, size));
    const auto start = [&](int slab) { return slices.begin + int(std::int64_t(size) * slab / slabs); };
    std::vector<Labeler<Level>> labelers;
    for (int s = 0; s < slabs; ++s) labelers.emplace_back(source);
    run_jobs(slabs, rule.threads,
             [&](int s) { labelers[std::size_t(s)].run(start(s), start(s + 1), rule.in_plane); });
    std::vector<Part> parts = std::move(labelers[0].parts);
    std::uint32_t lower_start = 0;
    for (int s = 1; s < slabs; ++s) {
        const Labeler<Level>&lower = labelers[std::size_t(s - 1)], &upper = labelers[std::size_t(s)];
        const std::uint32_t upper_start = std::uint32_t(parts.size());
        for (Part part : upper.parts) {
            part.parent += upper_start;
            parts.push_back(part);
        }
        if (!rule.in_plane) {
            join_seam(source.levels, start(s), lower.last(), lower_start, upper.first(), upper_start, parts);
        }
        lower_start = upper_start;
    }
    return zones_of(parts, source.distances != nullptr);
}

template std::vector<Zone> find_zones(const ZoneSource<std::uint8_t>&, Slab, const ZoneRule&);
template std::vector<Zone> find_zones(const ZoneSource<std::uint16_t>&, Slab, const ZoneRule&);

}  // namespace oncometry
