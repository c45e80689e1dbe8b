#include "mesh.hpp"

#include <algorithm>
#include <cmath>

#include "mesh_build.hpp"

namespace oncometry {
namespace {

constexpr double kMargin = 0.02;
constexpr double kVolumeTolerance = 1e-4;
constexpr int kIterations = 40;

double crossing_place(double in, double out, double level) {
    if (in > out) return std::clamp((in - level) / (in - out), kMargin, 1.0 - kMargin);
    if (level < in) return 1.0 - kMargin;
    return level > out ? kMargin : 0.5;
}

Position cross(Position u, Position v) {
    return {u.y * v.z - u.z * v.y, u.z * v.x - u.x * v.z, u.x * v.y - u.y * v.x};
}

Position minus(Position a, Position b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }

void place(const Mesh& mesh, double level, std::vector<Position>& points) {
    points.resize(mesh.crossings.size());
    for (std::size_t c = 0; c < points.size(); ++c) {
        const Crossing3& at = mesh.crossings[c];
        const double t = at.fixed ? 0.5 : crossing_place(at.value, at.beyond, level);
        points[c] = {at.in.x + t * at.step.x, at.in.y + t * at.step.y, at.in.z + t * at.step.z};
    }
}

// Enclosed volume in voxels, by the divergence theorem.
double volume(const Mesh& mesh, const std::vector<Position>& points) {
    double six = 0.0;
    for (const auto& t : mesh.triangles) {
        const Position a = points[std::size_t(t[0])], n = cross(points[std::size_t(t[1])], points[std::size_t(t[2])]);
        six += a.x * n.x + a.y * n.y + a.z * n.z;
    }
    return six / 6.0;
}

// Regula falsi (Illinois): the volume falls as the level rises.
double solve_level(const Mesh& mesh, double voxels, std::vector<Position>& points) {
    const auto excess_at = [&](double level) {
        place(mesh, level, points);
        return volume(mesh, points) - voxels;
    };
    double low = 0.0, high = 1.0, over = excess_at(low), under = excess_at(high);
    if (over <= 0.0) return low;
    if (under >= 0.0) return high;
    int side = 0;
    for (int iteration = 0; iteration < kIterations; ++iteration) {
        const double level = (low * under - high * over) / (under - over), excess = excess_at(level);
        if (std::abs(excess) <= kVolumeTolerance * voxels) return level;
        if (excess > 0.0) {
            low = level;
            over = excess;
            if (side == 1) under *= 0.5;
            side = 1;
        } else {
            high = level;
            under = excess;
            if (side == -1) over *= 0.5;
            side = -1;
        }
    }
    return 0.5 * (low + high);
}

}  // namespace

Surface measure_surface(const std::uint8_t* mask, const float* field, Shape shape, const SurfaceRule& rule) {
    const Nodes nodes = smooth_nodes(mask, field, shape, rule.sigma);
    const Mesh mesh = build_mesh(nodes);
    Surface surface;
    if (mesh.crossings.empty()) return surface;
    const auto voxels = std::count(nodes.inside.begin(), nodes.inside.end(), std::uint8_t(1));
    std::vector<Position> points;
    place(mesh, field == nullptr ? solve_level(mesh, double(voxels), points) : 0.5, points);
    surface.volume_voxels = volume(mesh, points);
    std::vector<Position> mm(points.size());
    for (std::size_t p = 0; p < points.size(); ++p) {
        const double at[3] = {points[p].x, points[p].y, points[p].z};
        double sum[3] = {0.0, 0.0, 0.0};
        for (int axis = 0; axis < 3; ++axis) {
            for (int c = 0; c < 3; ++c) sum[c] += at[axis] * rule.columns[axis][c];
        }
        mm[p] = {sum[0], sum[1], sum[2]};
    }
    double twice = 0.0;
    for (const auto& t : mesh.triangles) {
        const Position a = mm[std::size_t(t[0])];
        const Position n = cross(minus(mm[std::size_t(t[1])], a), minus(mm[std::size_t(t[2])], a));
        twice += std::sqrt(n.x * n.x + n.y * n.y + n.z * n.z);
    }
    surface.area_mm2 = 0.5 * twice;
    return surface;
}

}  // namespace oncometry
