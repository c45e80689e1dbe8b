// Voxels have two values, so a configuration always draws the same triangles: a histogram of configurations, with
// the sums of the positions of their cubes, holds all that area and volume need. Along a row the configuration
// changes only where one of the four rows of its cubes does.
#include "marching_cubes.hpp"

#include <algorithm>
#include <array>
#include <climits>
#include <cmath>

#include "marching_cubes_table.hpp"

namespace oncometry {
namespace {

struct Cubes {
    std::int64_t count = 0;
    std::array<std::int64_t, 3> position{0, 0, 0};  // sums over the cubes of the k, j, i of their corner 0, plus 1
};

using Histogram = std::array<Cubes, 256>;
using Vector = std::array<double, 3>;  // along k, j, i: in this order the table's triangles face outward

// The corners of a cube on its side of low i and on that of high i, by row of the cube: (k, j) = 00, 01, 10, 11.
constexpr int kLow[4] = {0, 3, 4, 7}, kHigh[4] = {1, 2, 5, 6};

int side(unsigned rows, const int corners[4]) {
    int bits = 0;
    for (int r = 0; r < 4; ++r) bits |= int(rows >> r & 1U) << corners[r];
    return bits;
}

void add(Cubes& cubes, int k, int j, int begin, int end) {
    const std::int64_t n = end - begin;
    cubes.count += n;
    cubes.position[0] += n * (k + 1);
    cubes.position[1] += n * (j + 1);
    cubes.position[2] += n * (std::int64_t(begin) + end + 1) / 2;
}

// Cubes between the rows (k, j), (k, j + 1), (k + 1, j) and (k + 1, j + 1); those entirely outside are left out.
void sweep(Histogram& histogram, Row rows[4], int k, int j) {
    unsigned inside = 0;
    int since = 0;
    while (true) {
        int next = INT_MAX;
        for (int r = 0; r < 4; ++r) {
            if (!rows[r].empty()) next = std::min(next, *rows[r].first);
        }
        if (next == INT_MAX) return;
        if (inside != 0 && next - 1 > since) {
            add(histogram[std::size_t(side(inside, kLow) | side(inside, kHigh))], k, j, since, next - 1);
        }
        const int before = side(inside, kLow);
        for (int r = 0; r < 4; ++r) {
            if (!rows[r].empty() && *rows[r].first == next) {
                inside ^= 1U << r;
                ++rows[r].first;
            }
        }
        add(histogram[std::size_t(before | side(inside, kHigh))], k, j, next - 1, next);
        since = next;
    }
}

Histogram count_cubes(const RowRuns& region) {
    Histogram histogram{};
    for (int k = -1; k < region.shape().k; ++k) {
        for (int j = -1; j < region.shape().j; ++j) {
            Row rows[4] = {region.row(k, j), region.row(k, j + 1), region.row(k + 1, j), region.row(k + 1, j + 1)};
            sweep(histogram, rows, k, j);
        }
    }
    return histogram;
}

// The middle of an edge, in mm from corner 0.
Vector middle(int edge, const double spacing[3]) {
    constexpr double kMiddles[12][3] = {{0, 0, .5}, {0, .5, 1}, {0, 1, .5}, {0, .5, 0}, {1, 0, .5}, {1, .5, 1},
                                        {1, 1, .5}, {1, .5, 0}, {.5, 0, 0}, {.5, 0, 1}, {.5, 1, 1}, {.5, 1, 0}};
    const double* at = kMiddles[edge];
    return {at[0] * spacing[2], at[1] * spacing[1], at[2] * spacing[0]};
}

Vector cross(const Vector& a, const Vector& b) {
    return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

double dot(const Vector& a, const Vector& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

// Of a triangle; its length is twice the area.
Vector normal_of(const Vector& a, const Vector& b, const Vector& c) {
    const Vector ab = cross(a, b), bc = cross(b, c), ca = cross(c, a);
    return {ab[0] + bc[0] + ca[0], ab[1] + bc[1] + ca[1], ab[2] + bc[2] + ca[2]};
}

const char* row_of(int configuration) {
    for (const OtherCut& cut : kPyradiomicsCuts) {
        if (cut.configuration == configuration) return cut.triangles;
    }
    return kClosedTriangles[configuration];
}

}  // namespace

std::vector<int> cube_triangles(int configuration, CubeRule rule) {
    const bool turned = rule == CubeRule::pyradiomics && configuration > 127;
    std::vector<int> edges;
    const int row = turned ? 255 - configuration : configuration;
    for (const char* digit = rule == CubeRule::closed ? kClosedTriangles[row] : row_of(row); *digit; ++digit) {
        edges.push_back(*digit <= '9' ? *digit - '0' : *digit - 'a' + 10);
    }
    if (turned) std::reverse(edges.begin(), edges.end());
    return edges;
}

double cube_area(int configuration, const double spacing[3], CubeRule rule) {
    const std::vector<int> edges = cube_triangles(configuration, rule);
    double area = 0.0;
    for (std::size_t e = 0; e < edges.size(); e += 3) {
        const Vector normal = normal_of(middle(edges[e], spacing), middle(edges[e + 1], spacing),
                                        middle(edges[e + 2], spacing));
        area += 0.5 * std::sqrt(dot(normal, normal));
    }
    return area;
}

// Volume by the divergence theorem: a sixth of the sum of a . (b x c) over the triangles. A triangle moved by p
// with its cube adds p . n, where n = a x b + b x c + c x a is its normal and twice its area.
CubeSurface measure_cubes(const RowRuns& region, const double spacing[3], CubeRule rule) {
    const Histogram histogram = count_cubes(region);
    CubeSurface sum{0.0, 0.0};
    for (int configuration = 0; configuration < 256; ++configuration) {
        const Cubes& cubes = histogram[std::size_t(configuration)];
        if (cubes.count == 0) continue;
        const Vector at{double(cubes.position[0]) * spacing[2], double(cubes.position[1]) * spacing[1],
                        double(cubes.position[2]) * spacing[0]};
        const std::vector<int> edges = cube_triangles(configuration, rule);
        for (std::size_t e = 0; e < edges.size(); e += 3) {
            const Vector a = middle(edges[e], spacing), b = middle(edges[e + 1], spacing),
                         c = middle(edges[e + 2], spacing);
            const Vector bc = cross(b, c), normal = normal_of(a, b, c);
            sum.area_mm2 += double(cubes.count) * 0.5 * std::sqrt(dot(normal, normal));
            sum.volume_mm3 += (double(cubes.count) * dot(a, bc) + dot(at, normal)) / 6.0;
        }
    }
    return sum;
}

}  // namespace oncometry
