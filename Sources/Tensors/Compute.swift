/// What an operation runs on: the threads and the kernels.
///
/// Operations write every element of their result, never allocate per element, and give the same bits for any number of threads.
/// Shapes are the caller's duty: a mismatch is a programming error and stops the program.
package struct Compute: Sendable {
    package let pool: WorkerPool
    package let kernels: Kernels

    package init(pool: WorkerPool, kernels: Kernels = .best) {
        self.pool = pool
        self.kernels = kernels
    }
}
