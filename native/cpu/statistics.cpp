#include "statistics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

namespace oncometry {
namespace {

constexpr std::size_t kLanes = 8, kBlock = 1024;

// In a fixed order: values side by side in lanes, so that a processor's vectors take them.
template <class Term>
double block_sum(const double* block, std::size_t n, Term term) {
    std::array<double, kLanes> lanes{};
    std::size_t v = 0;
    for (; v + kLanes <= n; v += kLanes) {
        for (std::size_t lane = 0; lane < kLanes; ++lane) lanes[lane] += term(block[v + lane]);
    }
    for (; v < n; ++v) lanes[v % kLanes] += term(block[v]);
    double total = 0.0;
    for (const double lane : lanes) total += lane;
    return total;
}

// Sums of terms of the values, block by block: rounding does not grow with the count, and a block is read from memory
// once for all terms.
template <class... Terms>
std::array<double, sizeof...(Terms)> sums(const double* values, std::size_t count, Terms... terms) {
    std::array<double, sizeof...(Terms)> totals{};
    for (std::size_t begin = 0; begin < count; begin += kBlock) {
        const std::size_t n = std::min(kBlock, count - begin);
        std::size_t t = 0;
        ((totals[t++] += block_sum(values + begin, n, terms)), ...);
    }
    return totals;
}

struct Range {
    double minimum, maximum;
};

Range range_of(const double* values, std::size_t count) {
    std::array<double, kLanes> low, high;
    low.fill(values[0]);
    high.fill(values[0]);
    std::size_t v = 0;
    for (; v + kLanes <= count; v += kLanes) {
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            low[lane] = std::min(low[lane], values[v + lane]);
            high[lane] = std::max(high[lane], values[v + lane]);
        }
    }
    for (; v < count; ++v) {
        low[0] = std::min(low[0], values[v]);
        high[0] = std::max(high[0], values[v]);
    }
    return {*std::min_element(low.begin(), low.end()), *std::max_element(high.begin(), high.end())};
}

// Between the two nearest ranks, linearly: type 7 of Hyndman and Fan 1996, doi:10.1080/00031305.1996.10473566.
struct Quantiles {
    static constexpr std::array<double, 5> kFractions{0.10, 0.25, 0.50, 0.75, 0.90};
    std::array<double, 5> values{};

    Quantiles(const double* data, std::size_t count, double minimum, double maximum) {
        std::vector<std::size_t> ranks;
        std::array<double, 5> weights{};
        for (std::size_t q = 0; q < kFractions.size(); ++q) {
            const double place = kFractions[q] * double(count - 1);
            const auto below = std::min(std::size_t(place), count - 1);
            weights[q] = place - double(below);
            ranks.insert(ranks.end(), {below, std::min(below + 1, count - 1)});
        }
        const std::vector<double> found = at_ranks(data, count, ranks, minimum, maximum);
        for (std::size_t q = 0; q < kFractions.size(); ++q) {
            values[q] = found[2 * q] + weights[q] * (found[2 * q + 1] - found[2 * q]);
        }
    }
};

double robust_deviation(const double* values, std::size_t count, double low, double high) {
    const auto within = [=](double v, double kept) {
        const double above = v >= low ? kept : 0.0;  // one choice after the other, which a compiler does in vectors
        return v <= high ? above : 0.0;
    };
    const auto [n, total] = sums(
        values, count, [=](double v) { return within(v, 1.0); }, [=](double v) { return within(v, v); });
    const double mean = total / n;
    return sums(values, count, [=](double v) { return within(v, std::abs(v - mean)); })[0] / n;
}

}  // namespace

Statistics describe(const double* values, std::size_t count) {
    const double n = double(count);
    // 0 times what is not finite is not a number.
    const auto [total, energy, nothing] = sums(
        values, count, [](double v) { return v; }, [](double v) { return v * v; }, [](double v) { return v * 0.0; });
    if (nothing != 0.0) throw std::invalid_argument("a value is not finite");
    Statistics s{};
    const Range range = range_of(values, count);
    s.minimum = range.minimum;
    s.maximum = range.maximum;
    if (s.minimum == s.maximum) {  // all alike: deviations are 0 without rounding
        s.mean = s.p10 = s.p25 = s.median = s.p75 = s.p90 = s.minimum;
        s.energy = n * s.minimum * s.minimum;
        return s;
    }
    const Quantiles quantiles(values, count, s.minimum, s.maximum);
    const double mean = total / n, median = quantiles.values[2];
    const auto [second, third, fourth, from_mean, from_median] = sums(
        values, count, [=](double v) { return (v - mean) * (v - mean); },
        [=](double v) { return (v - mean) * (v - mean) * (v - mean); },
        [=](double v) { return (v - mean) * (v - mean) * ((v - mean) * (v - mean)); },
        [=](double v) { return std::abs(v - mean); }, [=](double v) { return std::abs(v - median); });
    s.mean = mean;
    s.second = second / n;
    s.third = third / n;
    s.fourth = fourth / n;
    s.p10 = quantiles.values[0];
    s.p25 = quantiles.values[1];
    s.median = median;
    s.p75 = quantiles.values[3];
    s.p90 = quantiles.values[4];
    s.mean_absolute_deviation = from_mean / n;
    s.robust_mean_absolute_deviation = robust_deviation(values, count, s.p10, s.p90);
    s.median_absolute_deviation = from_median / n;
    s.energy = energy;
    return s;
}

}  // namespace oncometry
