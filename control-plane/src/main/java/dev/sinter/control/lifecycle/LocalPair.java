package dev.sinter.control.lifecycle;

/** A call of a fusion group that does not leave the process. */
public record LocalPair(String caller, String callee) {}
