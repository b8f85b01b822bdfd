package dev.sinter.planner.solve;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** What plans save against others' plans, on average and at most, by size of graph; a table of it. */
final class Savings {
    private static final List<Integer> LARGEST = List.of(12, 30, 100, 300);

    private final List<String> names;
    private final TreeMap<Integer, List<double[]>> bySize = new TreeMap<>();
    private final List<double[]> all = new ArrayList<>();

    Savings(List<String> names) {
        this.names = names;
    }

    /** Takes note of one graph: its plan's value and gap, and others' values. */
    void add(int size, double value, double gap, double[] others) {
        double[] row = new double[others.length + 1];
        for (int i = 0; i < others.length; i++) {
            row[i] = others[i] == 0 ? 0 : 1 - value / others[i];
        }
        row[others.length] = gap;
        all.add(row);
        int least = LARGEST.stream().filter(one -> size <= one).findFirst().orElse(Integer.MAX_VALUE);
        bySize.computeIfAbsent(least, one -> new ArrayList<>()).add(row);
    }

    String table(String objective) {
        StringBuilder text = new StringBuilder("| " + objective + " | graphs |");
        names.forEach(name -> text.append(' ').append(name).append(" |"));
        text.append(" gap |\n");
        bySize.forEach((size, rows) -> line(text, "up to " + size, rows));
        line(text, "all", all);
        return text.toString();
    }

    private void line(StringBuilder text, String title, List<double[]> rows) {
        text.append(String.format(Locale.ROOT, "| %s | %d |", title, rows.size()));
        for (int i = 0; i <= names.size(); i++) {
            int at = i;
            double mean = rows.stream().mapToDouble(row -> row[at]).average().orElse(0);
            double most = rows.stream().mapToDouble(row -> row[at]).max().orElse(0);
            text.append(String.format(Locale.ROOT, " %.1f %% (%.0f) |", 100 * mean, 100 * most));
        }
        text.append('\n');
    }
}
