// Coordinate descent for a quadratic model of a loss under an elastic-net penalty.
// Source: Friedman, Hastie and Tibshirani, doi:10.18637/jss.v033.i01.
#pragma once

#include <cstddef>

namespace oncometry {

// The loss about the present coefficients: -g d + w d^2 / 2 for each row's change d of its linear predictor.
struct QuadraticLoss {
    const double* columns;  // features x rows
    const double* weights;  // w of each row, >= 0
    std::size_t rows, features;
};

struct ElasticNet {
    double lasso, ridge;  // lasso |b| + ridge b^2 / 2
    bool intercept;       // of which there is no penalty
};

// Moves coefficients and intercept towards the minimum; `gradient` (g of each row) is kept up to date. Stops when no move
// of a pass changes the loss by more than `tolerance`, or after `passes`. Gives the passes made.
int descend(const QuadraticLoss& loss, const ElasticNet& penalty, int passes, double tolerance, double* gradient,
            double* coefficients, double* intercept);

}  // namespace oncometry
