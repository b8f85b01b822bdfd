package dev.sinter.planner.solve;

import java.util.Arrays;

/** What every group of a layout adds to its worth, from the times and rates of its copies. Not safe for use by several threads. */
final class Sums {
    private final Model model;
    private final Copies copies;
    private final Times times;
    private final Rates rates;
    private final Trail trail;
    /** By slot. */
    private double[] busy = new double[0];

    private double[] replicas = new double[0];
    private double[] uncalled = new double[0];

    Sums(Model model, Copies copies, Times times, Rates rates, Trail trail) {
        this.model = model;
        this.copies = copies;
        this.times = times;
        this.rates = rates;
        this.trail = trail;
    }

    void ensureCapacity(int slotCount) {
        if (busy.length < slotCount) {
            busy = Arrays.copyOf(busy, slotCount * 2);
            replicas = Arrays.copyOf(replicas, slotCount * 2);
            uncalled = Arrays.copyOf(uncalled, slotCount * 2);
        }
    }

    /** Requests inside the group in {@code slot} at a time. */
    double busy(int slot) {
        return busy[slot];
    }

    double replicas(int slot) {
        return replicas[slot];
    }

    void update(int slot, Group group) {
        double requests = 0;
        double inside = 0;
        double cpu = 0;
        double idle = 0;
        int start = copies.start(slot);
        for (int copy = start; copy < start + group.members.length; copy++) {
            int f = copies.function(copy);
            double rate = rates.of(copy);
            if (rate > 0) {
                cpu += model.rate[f] > 0 ? model.cpu[f] * rate / model.rate[f] : 0;
            } else if (group.members.length > 1) {
                idle++;
            }
            if (copies.isHome(copy)) {
                requests += rates.received(copy);
                inside += rates.received(copy) * times.of(copy) / 1000;
            }
        }
        double instances = requests > 0
                ? Math.max(1, Math.max(inside / model.limits.concurrency(), cpu / model.limits.cpuMillicores()))
                : 0;
        trail.set(busy, slot, inside);
        trail.set(replicas, slot, instances);
        trail.set(uncalled, slot, idle);
    }

    Worth total() {
        double latencyMs = 0;
        for (int f = 0; f < model.size; f++) {
            latencyMs += model.timeWeight[f] * times.ofHome(f);
        }
        double gbSeconds = 0;
        double residentMiB = 0;
        double idle = 0;
        for (int slot = 0; slot < copies.slots(); slot++) {
            Group group = copies.group(slot);
            if (group != null) {
                gbSeconds += group.memoryMiB / 1024 * busy[slot];
                residentMiB += replicas[slot] * (group.memoryMiB + model.limits.sidecarMiB());
                idle += uncalled[slot];
            }
        }
        return new Worth(latencyMs, gbSeconds, residentMiB, copies.count(), idle == 0);
    }
}
