package dev.sinter.collector.observation;

/** One caller, one callee, one arm. */
record ArmKey(String caller, String callee, String arm) {}
