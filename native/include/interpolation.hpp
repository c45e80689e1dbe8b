// Values between voxels, linearly: the same arithmetic on the host and on a device.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "anywhere.hpp"

namespace oncometry {

// A number of 16 bits (IEEE 754 binary16).
struct Half {
    std::uint16_t bits;
};

ONCOMETRY_ANYWHERE inline float number(float value) { return value; }

// Without branches: the exponent is put right by a multiplication, subnormal numbers among them.
ONCOMETRY_ANYWHERE inline float number(Half half) {
    std::uint32_t bits = std::uint32_t(half.bits & 0x7fff) << 13;
    float value;
    std::memcpy(&value, &bits, sizeof value);
    value *= 5.192296858534828e33F;  // 2^112
    std::memcpy(&bits, &value, sizeof bits);
    bits |= (value >= 65536.0F ? 0x7f800000U : 0U) | std::uint32_t(half.bits & 0x8000) << 16;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

// Between which voxels of an axis a place lies, and the part of the higher one; that is 0 where both are the same.
struct Place {
    int low, high;
    float weight;
};

constexpr double kSlack = 1e-6;  // of a voxel, for rounding

// Whether a voxel of the axis, which has `count` of them, reaches that far.
ONCOMETRY_ANYWHERE inline bool reaches(double at, int count) {
    return at >= -0.5 - kSlack && at <= count - 0.5 + kSlack;
}

// Beyond the outermost centers their values go on.
ONCOMETRY_ANYWHERE inline Place place_at(double at, int count) {
    const double last = count - 1, inside = at < 0.0 ? 0.0 : at > last ? last : at;
    const int low = int(inside);
    const float weight = float(inside - low);
    return {low, weight > 0.0F ? low + 1 : low, weight};
}

ONCOMETRY_ANYWHERE inline float between(float low, float high, float weight) { return low + weight * (high - low); }

// The eight voxels about a place: where the lowest lies, how far the next is along each axis, and its part.
struct Surroundings {
    std::ptrdiff_t at, step[3];
    float weight[3];
};

template <class T>
ONCOMETRY_ANYWHERE inline float interpolated(const T* values, const Surroundings& s) {
    const T* corner = values + s.at;
    float sides[2];
    for (int k = 0; k < 2; ++k) {
        const T* row = corner + k * s.step[2];
        const T* next = row + s.step[1];
        const float near = between(number(row[0]), number(row[s.step[0]]), s.weight[0]);
        const float far = between(number(next[0]), number(next[s.step[0]]), s.weight[0]);
        sides[k] = between(near, far, s.weight[1]);
    }
    return between(sides[0], sides[1], s.weight[2]);
}

}  // namespace oncometry
