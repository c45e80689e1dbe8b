// Formulas of IBSI 3.7 over the cells of one matrix.
#include <algorithm>
#include <cmath>

#include "glrlm.hpp"

namespace oncometry {
namespace {

struct Emphases {
    double low = 0.0, high = 0.0, low_short = 0.0, high_short = 0.0, low_long = 0.0, high_long = 0.0, entropy = 0.0;
};

Emphases emphases_of(const Cells& cells, double runs) {
    Emphases e;
    for (const Cell& cell : cells) {
        const double p = cell.mass / runs;
        const double level = double(cell.row) * cell.row, length = double(cell.column) * cell.column;
        e.low += p / level;
        e.high += p * level;
        e.low_short += p / (level * length);
        e.high_short += p * level / length;
        e.low_long += p * length / level;
        e.high_long += p * level * length;
        e.entropy -= p * std::log2(p);
    }
    return e;
}

struct Distribution {
    double mean = 0.0, variance = 0.0, squares = 0.0, short_emphasis = 0.0, long_emphasis = 0.0;
};

// Of masses by index, which is a level or a length.
Distribution distribution_of(const std::vector<double>& masses, double runs) {
    Distribution d;
    for (std::size_t k = 1; k < masses.size(); ++k) {
        const double p = masses[k] / runs, square = double(k) * double(k);
        d.mean += double(k) * p;
        d.squares += p * masses[k];
        d.short_emphasis += p / square;
        d.long_emphasis += p * square;
    }
    for (std::size_t k = 1; k < masses.size(); ++k) {
        const double distance = double(k) - d.mean;
        d.variance += distance * distance * masses[k] / runs;
    }
    return d;
}

}  // namespace

std::vector<double> glrlm_features(const Cells& cells) {
    if (cells.empty()) return {};
    int longest = 0;
    double runs = 0.0, voxels = 0.0;
    for (const Cell& cell : cells) {
        longest = std::max(longest, cell.column);
        runs += cell.mass;
        voxels += cell.mass * cell.column;
    }
    std::vector<double> by_level(std::size_t(cells.back().row) + 1), by_length(std::size_t(longest) + 1);
    for (const Cell& cell : cells) {
        by_level[std::size_t(cell.row)] += cell.mass;
        by_length[std::size_t(cell.column)] += cell.mass;
    }
    const Emphases e = emphases_of(cells, runs);
    const Distribution level = distribution_of(by_level, runs), length = distribution_of(by_length, runs);
    return {length.short_emphasis, length.long_emphasis, e.low, e.high,
            e.low_short, e.high_short, e.low_long, e.high_long,
            level.squares, level.squares / runs, length.squares, length.squares / runs,
            runs / voxels, level.variance, length.variance, e.entropy};
}

}  // namespace oncometry
