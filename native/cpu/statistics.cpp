#include "statistics.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace oncometry {
namespace {

constexpr std::size_t kLanes = 8, kBlock = 1024;

// Sum of term(value) in a fixed order: lanes side by side, so that they are vector lanes, within blocks, so that
// rounding does not grow with the count.
template <class Term>
double sum(const double* values, std::size_t count, Term term) {
    double total = 0.0;
    for (std::size_t begin = 0; begin < count; begin += kBlock) {
        const std::size_t n = std::min(kBlock, count - begin);
        const double* block = values + begin;
        std::array<double, kLanes> lanes{};
        std::size_t v = 0;
        for (; v + kLanes <= n; v += kLanes) {
            for (std::size_t lane = 0; lane < kLanes; ++lane) lanes[lane] += term(block[v + lane]);
        }
        for (; v < n; ++v) lanes[v % kLanes] += term(block[v]);
        for (const double lane : lanes) total += lane;
    }
    return total;
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
    const auto within = [=](double v) { return v >= low && v <= high ? 1.0 : 0.0; };
    const double n = sum(values, count, within);
    const double mean = sum(values, count, [=](double v) { return v >= low && v <= high ? v : 0.0; }) / n;
    const auto deviation = [=](double v) { return v >= low && v <= high ? std::abs(v - mean) : 0.0; };
    return sum(values, count, deviation) / n;
}

}  // namespace

Statistics describe(const double* values, std::size_t count) {
    const double n = double(count);
    Statistics s{};
    const auto [minimum, maximum] = std::minmax_element(values, values + count);
    s.minimum = *minimum;
    s.maximum = *maximum;
    if (s.minimum == s.maximum) {  // all alike: deviations are 0 without rounding
        s.mean = s.p10 = s.p25 = s.median = s.p75 = s.p90 = s.minimum;
        s.energy = n * s.minimum * s.minimum;
        return s;
    }
    const double mean = sum(values, count, [](double v) { return v; }) / n;
    s.mean = mean;
    s.second = sum(values, count, [=](double v) { return (v - mean) * (v - mean); }) / n;
    s.third = sum(values, count, [=](double v) { return (v - mean) * (v - mean) * (v - mean); }) / n;
    s.fourth = sum(values, count, [=](double v) {
        const double square = (v - mean) * (v - mean);
        return square * square;
    }) / n;
    const Quantiles quantiles(values, count, s.minimum, s.maximum);
    s.p10 = quantiles.values[0];
    s.p25 = quantiles.values[1];
    s.median = quantiles.values[2];
    s.p75 = quantiles.values[3];
    s.p90 = quantiles.values[4];
    const double median = s.median;
    s.mean_absolute_deviation = sum(values, count, [=](double v) { return std::abs(v - mean); }) / n;
    s.robust_mean_absolute_deviation = robust_deviation(values, count, s.p10, s.p90);
    s.median_absolute_deviation = sum(values, count, [=](double v) { return std::abs(v - median); }) / n;
    s.energy = sum(values, count, [](double v) { return v * v; });
    return s;
}

}  // namespace oncometry
