#include "recursive_gaussian.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace oncometry {
namespace {

constexpr int LANES = 16;  // lines filtered side by side
using Four = std::array<double, 4>;

// A damped wave of the approximation: exp(decay x / sigma) (a cos(wave x / sigma) + b sin(wave x / sigma)).
struct Wave {
    double a, b;
};
constexpr double WAVE[2] = {0.6681, 2.0787}, DECAY[2] = {-1.3932, -1.3732};
constexpr Wave SMOOTH[2] = {{1.3530, 1.8151}, {-0.3531, 0.0902}};
constexpr Wave BEND[2] = {{-1.3563, 5.2318}, {0.3446, -2.2355}};

// Sums of coefficients, weighted by 1, by their delay, and by its square.
struct Moments {
    double zeroth, first, second;
};

Moments moments_of(double undelayed, const Four& delayed) {
    Moments sums{undelayed, 0, 0};
    for (int m = 0; m < 4; ++m) {
        sums.zeroth += delayed[m];
        sums.first += (m + 1) * delayed[m];
        sums.second += (m + 1) * (m + 1) * delayed[m];
    }
    return sums;
}

Moments moments_of(const Four& n) { return moments_of(n[0], {n[1], n[2], n[3], 0}); }

// The two waves at one voxel's step.
struct Step {
    double cosine[2], sine[2], damping[2];

    explicit Step(double sigma) {
        for (int w = 0; w < 2; ++w) {
            cosine[w] = std::cos(WAVE[w] / sigma);
            sine[w] = std::sin(WAVE[w] / sigma);
            damping[w] = std::exp(DECAY[w] / sigma);
        }
    }
};

Four feedback(const Step& s) {
    const double e = s.damping[0], f = s.damping[1], c = s.cosine[0], d = s.cosine[1];
    return {-2 * (f * d + e * c), 4 * c * d * e * f + e * e + f * f, -2 * e * f * (c * f + d * e), e * e * f * f};
}

Four causal(const Step& s, const Wave (&waves)[2]) {
    const auto [a, b] = waves[0];
    const auto [p, q] = waves[1];
    const double e = s.damping[0], f = s.damping[1];
    const double ce = s.cosine[0], cf = s.cosine[1], se = s.sine[0], sf = s.sine[1];
    return {a + p, f * (q * sf - (p + 2 * a) * cf) + e * (b * se - (a + 2 * p) * ce),
            2 * e * f * ((a + p) * cf * ce - b * cf * se - q * ce * sf) + p * e * e + a * f * f,
            e * e * f * (q * sf - p * cf) + e * f * f * (b * se - a * ce)};
}

Recursion symmetric(const Four& n, const Four& d) {
    return {n, {n[1] - d[0] * n[0], n[2] - d[1] * n[0], n[3] - d[2] * n[0], -d[3] * n[0]}, d};
}

// Scaled so that a constant stays as it is.
Recursion smoothing(Four n, const Four& d) {
    const double gain = 2 * moments_of(n).zeroth / moments_of(1, d).zeroth - n[0];
    for (double& tap : n) tap /= gain;
    return symmetric(n, d);
}

// Mixed with the smoothing so that a constant vanishes, scaled so that a parabola gives its second derivative per voxel.
Recursion bending(Four n, const Four& smooth, const Four& d) {
    const Moments sd = moments_of(1, d);
    const double share =
        -(2 * moments_of(n).zeroth - sd.zeroth * n[0]) / (2 * moments_of(smooth).zeroth - sd.zeroth * smooth[0]);
    for (int m = 0; m < 4; ++m) n[m] += share * smooth[m];
    const Moments sn = moments_of(n);
    const double curvature = (sn.second * sd.zeroth * sd.zeroth - sd.second * sn.zeroth * sd.zeroth -
                              2 * sn.first * sd.first * sd.zeroth + 2 * sd.first * sd.first * sn.zeroth) /
                             (sd.zeroth * sd.zeroth * sd.zeroth);
    for (double& tap : n) tap /= curvature;
    return symmetric(n, d);
}

// One direction along LANES lines side by side; x is (length, LANES), y is (stop - start, LANES) and added to. A line
// goes on beyond its first voxel with that voxel's value, and has settled there. Forward reads x[n], x[n-1] ...;
// backward reads x[n+1], x[n+2] ...
template <int Direction>
void add_direction(const Four& taps, const Four& d, const double* x, int length, int start, int stop, double* y) {
    constexpr int DELAY = Direction > 0 ? 0 : 1;
    const int first = Direction > 0 ? 0 : length - 1, end = Direction > 0 ? stop : start - 1;
    const double settled = moments_of(taps).zeroth / moments_of(1, d).zeroth;
    double rows[4][LANES];
    double* past[4] = {rows[0], rows[1], rows[2], rows[3]};
    for (auto& row : rows) {
        for (int lane = 0; lane < LANES; ++lane) row[lane] = settled * x[std::size_t(first) * LANES + lane];
    }
    for (int n = first; n != end; n += Direction) {
        const double* in[4];
        for (int m = 0; m < 4; ++m) {
            const int source = std::clamp(n - Direction * (m + DELAY), 0, length - 1);
            in[m] = x + std::size_t(source) * LANES;
        }
        double* const oldest = past[3];
        for (int lane = 0; lane < LANES; ++lane) {
            oldest[lane] = taps[0] * in[0][lane] + taps[1] * in[1][lane] + taps[2] * in[2][lane] +
                           taps[3] * in[3][lane] - d[0] * past[0][lane] - d[1] * past[1][lane] -
                           d[2] * past[2][lane] - d[3] * oldest[lane];
        }
        std::rotate(past, past + 3, past + 4);
        if (n < start || n >= stop) continue;
        double* const out = y + std::size_t(n - start) * LANES;
        for (int lane = 0; lane < LANES; ++lane) out[lane] += past[0][lane];
    }
}

struct Target {
    const Recursion* recursion;
    double* to;  // added to
};

// Where a line begins and how far its voxels lie apart, for all lines along an axis.
struct Axis {
    int length;
    std::size_t step;   // between a line's voxels
    std::size_t inner;  // lines begin at outer * length * step + (0 ... inner - 1) * apart
    std::size_t apart;
    std::size_t outer;

    Axis(Shape s, int axis) {
        const std::size_t i = s.i, j = s.j, k = s.k;
        if (axis == 0) *this = {s.k, j * i, j * i, 1, 1};
        if (axis == 1) *this = {s.j, i, i, 1, k};
        if (axis == 2) *this = {s.i, 1, k * j, i, 1};
    }
    Axis(int length, std::size_t step, std::size_t inner, std::size_t apart, std::size_t outer)
        : length(length), step(step), inner(inner), apart(apart), outer(outer) {}
};

Shape with_length(Shape shape, int axis, int length) {
    (axis == 0 ? shape.k : axis == 1 ? shape.j : shape.i) = length;
    return shape;
}

// Filters all lines along an axis, each with every target's recursion; only rows start ... stop of it are written.
void filter(const double* from, Shape shape, int axis, int start, int stop, const std::vector<Target>& targets) {
    const Axis in(shape, axis), out(with_length(shape, axis, stop - start), axis);
    std::vector<double> x(std::size_t(in.length) * LANES), y(std::size_t(out.length) * LANES);
    for (std::size_t outer = 0; outer < in.outer; ++outer) {
        for (std::size_t line = 0; line < in.inner; line += LANES) {
            const std::size_t lanes = std::min<std::size_t>(LANES, in.inner - line);
            const double* const begin = from + outer * in.length * in.step + line * in.apart;
            for (int n = 0; n < in.length; ++n) {
                for (std::size_t lane = 0; lane < lanes; ++lane) x[n * LANES + lane] = begin[n * in.step + lane * in.apart];
            }
            for (const Target& target : targets) {
                std::fill(y.begin(), y.end(), 0.0);
                add_direction<1>(target.recursion->n, target.recursion->d, x.data(), in.length, start, stop, y.data());
                add_direction<-1>(target.recursion->m, target.recursion->d, x.data(), in.length, start, stop, y.data());
                double* const to = target.to + outer * out.length * out.step + line * out.apart;
                for (int n = 0; n < out.length; ++n) {
                    for (std::size_t lane = 0; lane < lanes; ++lane) {
                        to[n * out.step + lane * out.apart] += y[n * LANES + lane];
                    }
                }
            }
        }
    }
}

}  // namespace

GaussianRecursions gaussian_recursions(double sigma) {
    const Step step(sigma);
    const Four d = feedback(step), smooth = causal(step, SMOOTH);
    GaussianRecursions both{smoothing(smooth, d), bending(causal(step, BEND), smooth, d)};
    for (Four* taps : {&both.bend.n, &both.bend.m}) {
        for (double& tap : *taps) tap *= sigma * sigma;
    }
    return both;
}

void recursive_laplacian(const double* window, Shape shape, const std::array<double, 3>& sigma, const Rows& rows,
                         double* response) {
    const GaussianRecursions k = gaussian_recursions(sigma[0]), j = gaussian_recursions(sigma[1]),
                             i = gaussian_recursions(sigma[2]);
    const Shape after_k = with_length(shape, 0, rows.stop[0] - rows.start[0]);
    const Shape after_j = with_length(after_k, 1, rows.stop[1] - rows.start[1]);
    std::vector<double> smooth_k(after_k.size()), bent_k(after_k.size());
    filter(window, shape, 0, rows.start[0], rows.stop[0], {{&k.smooth, smooth_k.data()}, {&k.bend, bent_k.data()}});
    std::vector<double> smooth(after_j.size()), bent(after_j.size());
    filter(smooth_k.data(), after_k, 1, rows.start[1], rows.stop[1], {{&j.smooth, smooth.data()}, {&j.bend, bent.data()}});
    filter(bent_k.data(), after_k, 1, rows.start[1], rows.stop[1], {{&j.smooth, bent.data()}});
    std::fill(response, response + with_length(after_j, 2, rows.stop[2] - rows.start[2]).size(), 0.0);
    filter(smooth.data(), after_j, 2, rows.start[2], rows.stop[2], {{&i.bend, response}});
    filter(bent.data(), after_j, 2, rows.start[2], rows.stop[2], {{&i.smooth, response}});
}

}  // namespace oncometry
