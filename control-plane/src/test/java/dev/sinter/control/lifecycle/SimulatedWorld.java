package dev.sinter.control.lifecycle;

import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * A world of one group that checks what must never happen: traffic on a workload that does not answer. It can lose
 * power before or after any operation.
 */
final class SimulatedWorld implements GroupOperations {

    /** The process died. */
    static final class PowerLoss extends Error {
        private static final long serialVersionUID = 1L;
    }

    private final GroupStore store;
    private int operationsUntilPowerLoss = Integer.MAX_VALUE;
    private boolean lossAfterEffect;
    private String failing = "";

    boolean imageBuilt;
    boolean originalsRun = true;
    boolean fusedRuns;
    int routedPercent;
    int operations;

    SimulatedWorld(GroupStore store) {
        this.store = store;
    }

    void losePowerAt(int operation, boolean afterItsEffect) {
        operationsUntilPowerLoss = operation;
        lossAfterEffect = afterItsEffect;
    }

    void keepPower() {
        operationsUntilPowerLoss = Integer.MAX_VALUE;
    }

    void failAt(String operation) {
        failing = operation;
    }

    @Override
    public BuiltImage buildImage(GroupStatus group) {
        perform("buildImage", () -> imageBuilt = true);
        return new BuiltImage("fused@sha256:1", "IN_PROCESS", Map.of("a", "sha256:a"));
    }

    @Override
    public void startFused(GroupStatus group) {
        perform("startFused", () -> fusedRuns = true);
    }

    @Override
    public void replay(GroupStatus group) {
        perform("replay", () -> {});
    }

    @Override
    public void route() {
        perform("route", () -> routedPercent = store.groups().getFirst().fusedPercent());
    }

    @Override
    public void judge(GroupStatus group, BooleanSupplier cancelled) {
        perform("judge", () -> {});
    }

    @Override
    public void probe(GroupStatus group, BooleanSupplier cancelled) {
        perform("probe", () -> {});
    }

    @Override
    public void drain(GroupStatus group) {
        perform("drain", () -> {});
    }

    @Override
    public void stopOriginals(GroupStatus group) {
        perform("stopOriginals", () -> originalsRun = false);
    }

    @Override
    public void startOriginals(GroupStatus group) {
        perform("startOriginals", () -> originalsRun = true);
    }

    @Override
    public void removeFused(GroupStatus group) {
        perform("removeFused", () -> fusedRuns = false);
    }

    private void perform(String operation, Runnable effect) {
        operations++;
        boolean loss = --operationsUntilPowerLoss == 0;
        if (loss && !lossAfterEffect) {
            throw new PowerLoss();
        }
        if (failing.equals(operation)) {
            throw new LifecycleException("SNT0899", operation + ": refused by the test");
        }
        effect.run();
        if (routedPercent > 0 && !fusedRuns) {
            throw new AssertionError(operation + " leaves traffic on a fused workload that does not run");
        }
        if (routedPercent < 100 && !originalsRun) {
            throw new AssertionError(operation + " leaves traffic on originals that do not run");
        }
        if (loss) {
            throw new PowerLoss();
        }
    }
}
