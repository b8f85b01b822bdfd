package dev.sinter.planner.plan;

/** A caller and a callee of one group whose calls stay inside the group's workload. */
public record LocalPair(String from, String to) implements Comparable<LocalPair> {
    @Override
    public int compareTo(LocalPair other) {
        int byFrom = from.compareTo(other.from);
        return byFrom != 0 ? byFrom : to.compareTo(other.to);
    }
}
