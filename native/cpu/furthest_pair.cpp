#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "mesh.hpp"

namespace oncometry {
namespace {

struct Block {
    std::vector<int> members;
    Position low{1e300, 1e300, 1e300}, high{-1e300, -1e300, -1e300};

    void add(int index, Position p) {
        members.push_back(index);
        low = {std::min(low.x, p.x), std::min(low.y, p.y), std::min(low.z, p.z)};
        high = {std::max(high.x, p.x), std::max(high.y, p.y), std::max(high.z, p.z)};
    }
};

double square(double v) { return v * v; }

// No two points of the blocks are further apart than this (squared).
double most_apart(const Block& a, const Block& b) {
    return square(std::max(a.high.x, b.high.x) - std::min(a.low.x, b.low.x)) +
           square(std::max(a.high.y, b.high.y) - std::min(a.low.y, b.low.y)) +
           square(std::max(a.high.z, b.high.z) - std::min(a.low.z, b.low.z));
}

std::vector<Block> make_blocks(const std::vector<Position>& points, double block_mm) {
    std::map<std::tuple<int, int, int>, Block> blocks;
    for (std::size_t p = 0; p < points.size(); ++p) {
        const auto cell = [&](double v) { return int(std::floor(v / block_mm)); };
        blocks[{cell(points[p].x), cell(points[p].y), cell(points[p].z)}].add(int(p), points[p]);
    }
    std::vector<Block> list;
    for (auto& [key, block] : blocks) list.push_back(std::move(block));
    return list;
}

}  // namespace

std::pair<int, int> furthest_pair(const std::vector<Position>& points, double block_mm) {
    const std::vector<Block> blocks = make_blocks(points, block_mm);
    struct Candidate {
        double bound;
        int a, b;
    };
    std::vector<Candidate> candidates;
    for (int a = 0; a < int(blocks.size()); ++a) {
        for (int b = a; b < int(blocks.size()); ++b) {
            candidates.push_back({most_apart(blocks[std::size_t(a)], blocks[std::size_t(b)]), a, b});
        }
    }
    std::sort(candidates.begin(), candidates.end(), [](const Candidate& p, const Candidate& q) {
        return std::tie(q.bound, p.a, p.b) < std::tie(p.bound, q.a, q.b);
    });
    double best = -1.0;
    std::pair<int, int> pair{0, 0};
    for (const Candidate& candidate : candidates) {
        if (candidate.bound <= best) break;
        for (const int a : blocks[std::size_t(candidate.a)].members) {
            const Position p = points[std::size_t(a)];
            for (const int b : blocks[std::size_t(candidate.b)].members) {
                const Position q = points[std::size_t(b)];
                const double apart = square(p.x - q.x) + square(p.y - q.y) + square(p.z - q.z);
                if (apart > best) {
                    best = apart;
                    pair = {a, b};
                }
            }
        }
    }
    return pair;
}

}  // namespace oncometry
