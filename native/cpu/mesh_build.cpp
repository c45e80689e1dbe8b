#include "mesh_build.hpp"

namespace oncometry {
namespace {

// Six tetrahedra of a cell, as corners (bit 0: i, bit 1: j, bit 2: k): the ways from corner 0 to 7
// (Kuhn's triangulation). Every edge steps up, so that neighboring cells share their faces' diagonals.
constexpr int kTetrahedra[6][4] = {{0, 1, 3, 7}, {0, 1, 5, 7}, {0, 2, 3, 7},
                                   {0, 2, 6, 7}, {0, 4, 5, 7}, {0, 4, 6, 7}};

class Builder {
public:
    explicit Builder(const Nodes& nodes) : nodes_(nodes), compact_(nodes.shape.size(), -1) {
        for (int corner = 0; corner < 8; ++corner) {
            step_[corner] = std::size_t(corner & 1) + std::size_t(corner >> 1 & 1) * nodes.shape.i +
                            std::size_t(corner >> 2) * nodes.shape.i * std::size_t(nodes.shape.j);
        }
    }

    Mesh build() {
        const Shape shape = nodes_.shape;
        for (int k = 0; k + 1 < shape.k; ++k) {
            for (int j = 0; j + 1 < shape.j; ++j) {
                for (int i = 0; i + 1 < shape.i; ++i) {
                    add_cell((std::size_t(k) * shape.j + j) * shape.i + i);
                }
            }
        }
        return std::move(mesh_);
    }

private:
    void add_cell(std::size_t node) {
        int inside = 0;
        for (const std::size_t step : step_) inside += nodes_.inside[node + step];
        if (inside == 0 || inside == 8) return;
        for (const auto& corners : kTetrahedra) add_tetrahedron(node, corners);
    }

    void add_tetrahedron(std::size_t node, const int (&corners)[4]) {
        int in[4], out[4], ins = 0, outs = 0;
        for (const int corner : corners) {
            if (nodes_.inside[node + step_[corner]]) {
                in[ins++] = corner;
            } else {
                out[outs++] = corner;
            }
        }
        if (ins == 1) {
            add_triangle(node, {{{in[0], out[0]}, {in[0], out[1]}, {in[0], out[2]}}});
        } else if (ins == 3) {
            add_triangle(node, {{{in[0], out[0]}, {in[1], out[0]}, {in[2], out[0]}}});
        } else if (ins == 2) {
            add_triangle(node, {{{in[0], out[0]}, {in[0], out[1]}, {in[1], out[1]}}});
            add_triangle(node, {{{in[0], out[0]}, {in[1], out[1]}, {in[1], out[0]}}});
        }
    }

    static Position corner_at(int corner) {
        return {double(corner & 1), double(corner >> 1 & 1), double(corner >> 2)};
    }

    // Edges (inside corner, outside corner); turned so that the normal points outward.
    void add_triangle(std::size_t node, const std::array<std::pair<int, int>, 3>& edges) {
        Position mid[3], outward{0.0, 0.0, 0.0};
        std::array<int, 3> triangle;
        for (int e = 0; e < 3; ++e) {
            const Position a = corner_at(edges[e].first), b = corner_at(edges[e].second);
            mid[e] = {0.5 * (a.x + b.x), 0.5 * (a.y + b.y), 0.5 * (a.z + b.z)};
            outward = {outward.x + b.x - a.x, outward.y + b.y - a.y, outward.z + b.z - a.z};
            triangle[e] = crossing(node + step_[edges[e].first], node + step_[edges[e].second]);
        }
        const Position u{mid[1].x - mid[0].x, mid[1].y - mid[0].y, mid[1].z - mid[0].z};
        const Position v{mid[2].x - mid[0].x, mid[2].y - mid[0].y, mid[2].z - mid[0].z};
        const double facing = (u.y * v.z - u.z * v.y) * outward.x + (u.z * v.x - u.x * v.z) * outward.y +
                              (u.x * v.y - u.y * v.x) * outward.z;
        if (facing < 0.0) std::swap(triangle[1], triangle[2]);
        mesh_.triangles.push_back(triangle);
    }

    Position position(std::size_t node) const {
        const std::size_t row = nodes_.shape.i, plane = row * nodes_.shape.j;
        return {double(node % row) - 1.0, double(node % plane / row) - 1.0, double(node / plane) - 1.0};
    }

    // Index of the crossing between two nodes, made at first use.
    int crossing(std::size_t in, std::size_t out) {
        const std::size_t lower = in < out ? in : out, span = in < out ? out - in : in - out;
        int direction = 1;
        while (step_[direction] != span) ++direction;
        if (compact_[lower] < 0) {
            compact_[lower] = int(edges_.size());
            edges_.push_back({-1, -1, -1, -1, -1, -1, -1});
        }
        int& index = edges_[std::size_t(compact_[lower])][std::size_t(direction - 1)];
        if (index < 0) {
            index = int(mesh_.crossings.size());
            const Position a = position(in), b = position(out);
            mesh_.crossings.push_back({a, {b.x - a.x, b.y - a.y, b.z - a.z}, nodes_.field[in],
                                       nodes_.field[out], nodes_.on_ring(out)});
        }
        return index;
    }

    const Nodes& nodes_;
    std::size_t step_[8];
    std::vector<int> compact_;
    std::vector<std::array<int, 7>> edges_;
    Mesh mesh_;
};

}  // namespace

Mesh build_mesh(const Nodes& nodes) { return Builder(nodes).build(); }

}  // namespace oncometry
