// Runs without walking along them. A voxel's state is its place in its run: its predecessor's plus one if that has
// the same level, else 0. Of N[g][s] voxels of level g in state s, N[g][s] - N[g][s + 1] end a run of length s + 1.
#include <algorithm>

#include "glrlm.hpp"

namespace oncometry {
namespace {

constexpr std::size_t kDenseCells = 1 << 20;

// Two planes of states in turn, so that a direction finds its predecessor's. State: uint8 where runs are short enough,
// for twice as many fit an instruction.
template <class State>
class States {
  public:
    explicit States(Shape shape) : width_(std::size_t(shape.i)), plane_(width_ * shape.j), states_(2 * plane_) {}
    State* row(int k, int j) { return states_.data() + std::size_t(k & 1) * plane_ + std::size_t(j) * width_; }

  private:
    std::size_t width_, plane_;
    std::vector<State> states_;
};

// What lies outside has level 0 and state 0, so no state is read that was not written.
template <class Level, class State>
void follow(const Level* level, const Level* before, const State* state_before, State* state, int size) {
    for (int i = 0; i < size; ++i) {
        const bool goes_on = (level[i] == before[i]) & (level[i] != 0);
        state[i] = State((state_before[i] + 1) & -int(goes_on));
    }
}

// Calls take(levels, states, size) for every row of the slab, in raster order.
template <class Level, class State, class Take>
void for_rows(const Levels<Level>& levels, const std::vector<Extent>& extents, int k, Direction d, States<State>& states,
              const Take& take) {
    const Shape shape = levels.shape;
    const std::ptrdiff_t back = (std::ptrdiff_t(d.k) * shape.j + d.j) * shape.i + d.i;
    for (int j = 1; j + 1 < shape.j; ++j) {
        const std::size_t row = std::size_t(k) * shape.j + j;
        const Extent extent = extents[row];
        const int size = extent.end - extent.begin;
        if (size <= 0) continue;
        const Level* level = levels.data + row * shape.i + extent.begin;
        State* state = states.row(k, j) + extent.begin;
        follow(level, level - back, states.row(k - d.k, j - d.j) + extent.begin - d.i, state, size);
        take(level, state, size);
    }
}

Cells cells_of_table(std::uint32_t* even, const std::uint32_t* odd, int levels, int states) {
    const std::size_t stride = std::size_t(levels) + 1;
    int depth = 0;
    for (std::uint64_t any = 1; any != 0 && depth < states; ++depth) {
        any = 0;
        for (std::size_t c = depth * stride + 1; c < (depth + 1) * stride; ++c) any |= even[c] += odd[c];
    }
    Cells cells;
    for (int g = 1; g <= levels; ++g) {
        for (int s = 0; s < depth; ++s) {
            const std::uint32_t longer = s + 1 < depth ? even[(s + 1) * stride + g] : 0;
            const std::uint32_t runs = even[s * stride + g] - longer;
            if (runs != 0) cells.push_back({g, s + 1, double(runs)});
        }
    }
    return cells;
}

template <class State, class Level>
std::vector<Cells> count_dense(const Levels<Level>& levels, const std::vector<Extent>& extents, Slab slab,
                               const std::vector<Direction>& directions, int longest) {
    const std::size_t stride = std::size_t(levels.count) + 1, size = stride * longest;
    std::vector<std::uint32_t> tables(2 * size * directions.size());
    std::vector<States<State>> states(directions.size(), States<State>(levels.shape));
    for (int k = slab.begin; k < slab.end; ++k) {
        for (std::size_t d = 0; d < directions.size(); ++d) {
            std::uint32_t* even = tables.data() + 2 * d * size;
            for_rows(levels, extents, k, directions[d], states[d], [&](const Level* level, const State* state, int n) {
                count_in_turn(state, level, n, stride, even, even + size);
            });
        }
    }
    std::vector<Cells> cells;
    for (std::size_t d = 0; d < directions.size(); ++d) {
        std::uint32_t* even = tables.data() + 2 * d * size;
        cells.push_back(cells_of_table(even, even + size, levels.count, longest));
    }
    return cells;
}

// Codes are level and state: those of a level follow each other, states rising from 0 without a gap.
Cells cells_of_codes(std::vector<std::uint64_t>& codes) {
    sort_codes(codes);
    Cells cells;
    for (std::size_t c = 0; c < codes.size();) {
        std::size_t next = c;
        while (next < codes.size() && codes[next] == codes[c]) ++next;
        const std::int32_t level = std::int32_t(codes[c] >> 32), length = std::int32_t(codes[c] & 0xffffffffu) + 1;
        if (length > 1 && (cells.back().mass -= double(next - c)) == 0.0) cells.pop_back();
        cells.push_back({level, length, double(next - c)});
        c = next;
    }
    return cells;
}

// Many levels: a code a voxel, sorted; memory grows with the voxels, not with levels times lengths.
template <class Level>
Cells count_sparse(const Levels<Level>& levels, const std::vector<Extent>& extents, Slab slab, Direction direction) {
    std::vector<std::uint64_t> codes;
    States<std::uint16_t> states(levels.shape);
    for (int k = slab.begin; k < slab.end; ++k) {
        for_rows(levels, extents, k, direction, states, [&](const Level* level, const std::uint16_t* state, int size) {
            for (int i = 0; i < size; ++i) {
                if (level[i] != 0) codes.push_back(std::uint64_t(level[i]) << 32 | state[i]);
            }
        });
    }
    return cells_of_codes(codes);
}

}  // namespace

template <class Level>
std::vector<Cells> count_runs(const Levels<Level>& levels, const std::vector<Extent>& extents, Slab slab,
                              const std::vector<Direction>& directions) {
    const int longest = std::max({levels.shape.k, levels.shape.j, levels.shape.i}) - 2;
    if (longest <= 0) return std::vector<Cells>(directions.size());
    if ((std::size_t(levels.count) + 1) * longest <= kDenseCells) {
        return longest <= 256 ? count_dense<std::uint8_t>(levels, extents, slab, directions, longest)
                              : count_dense<std::uint16_t>(levels, extents, slab, directions, longest);
    }
    std::vector<Cells> cells;
    for (Direction d : directions) cells.push_back(count_sparse(levels, extents, slab, d));
    return cells;
}

template std::vector<Cells> count_runs(const Levels<std::uint8_t>&, const std::vector<Extent>&, Slab,
                                       const std::vector<Direction>&);
template std::vector<Cells> count_runs(const Levels<std::uint16_t>&, const std::vector<Extent>&, Slab,
                                       const std::vector<Direction>&);

}  // namespace oncometry
