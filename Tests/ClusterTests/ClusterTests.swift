import Testing

/// Tests that start the built `roost` as processes and look at what it does. One after the other: each has several
/// processes, and some wait for a moment in the life of a job.
@Suite(.serialized, .ownThread) enum ClusterTests {}
