package dev.sinter.planner.solve;

/** What a millisecond more of each copy's time costs, with the waiting of all that call it, as a layout stands. */
final class Prices {
    private Prices() {}

    /** By copy of the layout that {@code evaluator} holds; on call cycles each call back counts once. */
    static double[] of(Model model, Evaluator evaluator, Goal goal) {
        Copies copies = evaluator.copies();
        double[] price = new double[copies.capacity()];
        for (int f = 0; f < model.size; f++) {
            int slot = copies.slotOf(copies.home(f));
            double held = copies.groupOf(copies.home(f)).memoryMiB;
            double perBusy = goal.gbSeconds() * held / 1024;
            if (evaluator.isBusyBound(slot)) {
                perBusy += goal.resident() * (held + model.limits.sidecarMiB()) / model.limits.concurrency();
            }
            price[copies.home(f)] = goal.latency() * model.timeWeight[f] + perBusy * evaluator.homeReceived(f) / 1000;
        }
        for (int c = model.waitOrder.length - 1; c >= 0; c--) {
            for (int f : model.waitOrder[c]) {
                for (int copy = copies.first(f); copy >= 0; copy = copies.next(copy)) {
                    for (int pair : model.out[f]) {
                        price[copies.target(copy, pair)] += model.wait[pair] * price[copy];
                    }
                }
            }
        }
        return price;
    }
}
