package dev.sinter.planner.explain;

import java.util.List;

/**
 * What a group contributes to one figure of the plan, fused and apart. The contributions of all groups add up to what
 * the plan predicts.
 *
 * @param before its home functions each alone; the sum of {@code beforeTerms}
 * @param after the sum of {@code terms}
 */
public record Figure(double before, double after, List<Term> beforeTerms, List<Term> terms) {
    public Figure {
        beforeTerms = List.copyOf(beforeTerms);
        terms = List.copyOf(terms);
    }

    static Figure of(List<Term> beforeTerms, List<Term> terms) {
        return new Figure(sum(beforeTerms), sum(terms), beforeTerms, terms);
    }

    private static double sum(List<Term> terms) {
        return terms.stream().mapToDouble(Term::value).sum();
    }
}
